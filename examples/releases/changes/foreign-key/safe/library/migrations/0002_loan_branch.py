from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE "library_loan" ADD CONSTRAINT "loan_branch" FOREIGN KEY ("branch") '
                    'REFERENCES "library_author" ("id") DEFERRABLE INITIALLY DEFERRED NOT VALID',
                    'ALTER TABLE "library_loan" DROP CONSTRAINT "loan_branch"',
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    "loan",
                    "branch",
                    models.ForeignKey(
                        "library.Author",
                        null=True,
                        blank=True,
                        on_delete=models.SET_NULL,
                        db_column="branch",
                        db_index=False,
                        related_name="+",
                    ),
                ),
            ],
        ),
    ]
