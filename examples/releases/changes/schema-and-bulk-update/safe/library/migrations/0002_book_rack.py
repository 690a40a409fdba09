from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("book", "rack", models.CharField(max_length=4, null=True, blank=True)),
    ]
