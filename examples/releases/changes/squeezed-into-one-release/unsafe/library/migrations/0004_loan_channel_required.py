from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0003_fill_loan_channel")]

    operations = [
        migrations.AlterField("loan", "channel", models.CharField(max_length=20)),
    ]
