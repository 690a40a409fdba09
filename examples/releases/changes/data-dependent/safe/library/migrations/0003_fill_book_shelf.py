from django.db import migrations


def fill(apps, schema_editor):
    book = apps.get_model("library", "Book")
    book.objects.filter(shelf=None).update(shelf="")


class Migration(migrations.Migration):
    dependencies = [("library", "0002_book_shelf_default")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
