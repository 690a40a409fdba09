from django.db import migrations, models


class Migration(migrations.Migration):
    """Third step, shipped one release after the second: by now every writer gives a SKU."""

    dependencies = [("catalog", "0006_fill_product_sku")]

    operations = [
        migrations.AlterField(
            model_name="product",
            name="sku",
            field=models.CharField(max_length=20, unique=True, verbose_name="SKU"),
        ),
    ]
