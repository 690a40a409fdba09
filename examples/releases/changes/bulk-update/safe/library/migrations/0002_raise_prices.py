from django.db import migrations, models


def raise_prices(apps, schema_editor):
    book = apps.get_model("library", "Book")
    # Each batch is a transaction of its own: rows are locked for moments.
    last = 0
    while batch := list(
        book.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:50]
    ):
        book.objects.filter(pk__in=batch).update(price=models.F("price") + 1)
        last = batch[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.RunPython(raise_prices, migrations.RunPython.noop),
    ]
