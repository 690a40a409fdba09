from django.db import migrations


def fill(apps, schema_editor):
    loan = apps.get_model("library", "Loan")
    loan.objects.filter(channel=None).update(channel="desk")


class Migration(migrations.Migration):
    dependencies = [("library", "0002_loan_channel")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
