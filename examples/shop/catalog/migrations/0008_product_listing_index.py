from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # CREATE INDEX CONCURRENTLY lets others write meanwhile, and must not be in a transaction.
    atomic = False

    dependencies = [("catalog", "0007_product_sku_required")]

    operations = [
        AddIndexConcurrently(
            model_name="product",
            index=models.Index(
                condition=models.Q(("is_active", True)),
                fields=["category", "-created_at"],
                name="product_listing_idx",
            ),
        ),
    ]
