import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0003_one_row_per_address")]

    operations = [
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="subscriber_unique_email"
            ),
        ),
    ]
