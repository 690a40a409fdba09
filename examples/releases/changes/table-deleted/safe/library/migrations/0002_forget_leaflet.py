from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        # The table goes with the next release, when nobody knows of it any more.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Leaflet")]),
    ]
