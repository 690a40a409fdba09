from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        # The name in Python changes, the column keeps its own.
        migrations.AlterField("book", "language", models.CharField(max_length=20, db_column="language")),
        migrations.RenameField("book", "language", "tongue"),
    ]
