from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0003_fill_book_shelf")]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE "library_book" ADD CONSTRAINT "book_shelf_filled" '
            'CHECK ("shelf" IS NOT NULL) NOT VALID',
            'ALTER TABLE "library_book" DROP CONSTRAINT "book_shelf_filled"',
        ),
    ]
