from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Holds for new rows from now on; the old ones are looked at by the next migration."""

    dependencies = [("orders", "0003_order_status_index")]

    operations = [
        AddConstraintNotValid(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)), name="order_line_quantity_positive"
            ),
        ),
    ]
