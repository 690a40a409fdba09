from django.db import migrations


def fill(apps, schema_editor):
    book = apps.get_model("library", "Book")
    last = 0
    while batch := list(
        book.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:50]
    ):
        book.objects.filter(pk__in=batch).update(rack="A")
        last = batch[-1]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("library", "0002_book_rack")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
