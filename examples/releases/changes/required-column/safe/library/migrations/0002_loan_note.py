from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("loan", "note", models.CharField(max_length=100, db_default="", blank=True)),
    ]
