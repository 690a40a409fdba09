from django.db import migrations

BATCH_SIZE = 500


def fill(apps, schema_editor):
    """Second step: DL-00042 for product 42, as on the labels in the stock room."""
    products = apps.get_model("catalog", "Product").objects.using(schema_editor.connection.alias)
    while batch := list(products.filter(sku=None).only("pk").order_by("pk")[:BATCH_SIZE]):
        for product in batch:
            product.sku = f"DL-{product.pk:05}"
        products.bulk_update(batch, ["sku"])


def empty(apps, schema_editor):
    """Takes back only what `fill` can make again; SKUs that people typed stay."""
    products = apps.get_model("catalog", "Product").objects.using(schema_editor.connection.alias)
    filled = [
        pk
        for pk, sku in products.exclude(sku=None).values_list("pk", "sku").iterator()
        if sku == f"DL-{pk:05}"
    ]
    products.filter(pk__in=filled).update(sku=None)


class Migration(migrations.Migration):
    # Each batch is a transaction of its own: rows are locked for milliseconds, and a run that
    # was interrupted goes on where it stopped.
    atomic = False

    dependencies = [("catalog", "0005_product_sku")]

    operations = [migrations.RunPython(fill, empty, elidable=True)]
