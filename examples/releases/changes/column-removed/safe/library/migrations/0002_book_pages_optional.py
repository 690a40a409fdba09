from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AlterField("book", "pages", models.IntegerField(null=True, blank=True)),
        # The column goes with the next release, when nobody knows of it any more.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("book", "pages")]),
    ]
