from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddIndex("loan", models.Index(fields=["reader"], name="loan_reader")),
    ]
