from django.db import migrations, models


class Migration(migrations.Migration):
    """New columns have defaults in the database: the release before this one can still insert."""

    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="stock",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="product",
            name="is_active",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Shown in the shop.",
                verbose_name="visible",
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="is_featured",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Shown on the first page.",
                verbose_name="featured",
            ),
        ),
    ]
