from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0004_book_shelf_required")]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE "library_book" VALIDATE CONSTRAINT "book_shelf_filled"',
            migrations.RunSQL.noop,
        ),
    ]
