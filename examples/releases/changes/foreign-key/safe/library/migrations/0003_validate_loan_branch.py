from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0002_loan_branch")]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE "library_loan" VALIDATE CONSTRAINT "loan_branch"', migrations.RunSQL.noop
        ),
    ]
