from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="subscriber",
            name="source",
            field=models.CharField(
                choices=[("website", "Website"), ("api", "API"), ("import", "Import")],
                db_default="website",
                default="website",
                max_length=10,
            ),
        ),
    ]
