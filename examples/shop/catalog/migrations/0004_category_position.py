from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_review")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="position",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="Lower numbers come first."
            ),
        ),
        migrations.AlterModelOptions(
            name="category",
            options={"ordering": ["position", "name"], "verbose_name_plural": "categories"},
        ),
    ]
