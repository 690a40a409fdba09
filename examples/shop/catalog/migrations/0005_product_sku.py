from django.db import migrations, models


class Migration(migrations.Migration):
    """First of three steps to a required SKU: nullable, so that nothing has to be rewritten."""

    dependencies = [("catalog", "0004_category_position")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="sku",
            field=models.CharField(max_length=20, null=True, unique=True, verbose_name="SKU"),
        ),
    ]
