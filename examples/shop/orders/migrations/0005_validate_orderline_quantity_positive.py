from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Reads the whole table, but in a transaction of its own, whose lock lets others write."""

    dependencies = [("orders", "0004_orderline_quantity_positive")]

    operations = [
        ValidateConstraint(model_name="orderline", name="order_line_quantity_positive"),
    ]
