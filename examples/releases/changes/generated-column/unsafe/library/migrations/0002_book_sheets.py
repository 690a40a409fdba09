from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddField("book", "sheets", models.GeneratedField(expression=models.F("pages") / 10, output_field=models.IntegerField(), db_persist=True)),
    ]
