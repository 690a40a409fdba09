from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0005_validate_book_shelf")]

    operations = [
        migrations.AlterField("book", "shelf", models.CharField(max_length=20, db_default="")),
        migrations.RunSQL(
            'ALTER TABLE "library_book" DROP CONSTRAINT "book_shelf_filled"',
            migrations.RunSQL.noop,
        ),
    ]
