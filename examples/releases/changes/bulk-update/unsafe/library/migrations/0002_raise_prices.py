from django.db import migrations, models


def raise_prices(apps, schema_editor):
    book = apps.get_model("library", "Book")
    book.objects.update(price=models.F("price") + 1)


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.RunPython(raise_prices, migrations.RunPython.noop),
    ]
