from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("loan", "channel", models.CharField(max_length=20, null=True)),
    ]
