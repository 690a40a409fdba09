from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AlterField("loan", "branch", models.ForeignKey("library.Author", null=True, blank=True, on_delete=models.SET_NULL, db_column="branch", related_name="+")),
    ]
