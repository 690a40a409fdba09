from django.db import migrations, models


def fill(apps, schema_editor):
    book = apps.get_model("library", "Book")
    book.objects.update(rack="A")


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("book", "rack", models.CharField(max_length=4, null=True, blank=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
