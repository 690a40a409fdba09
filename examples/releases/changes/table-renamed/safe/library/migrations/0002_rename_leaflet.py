from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        # The name in Python changes, the table keeps its own.
        migrations.AlterModelTable("leaflet", "library_leaflet"),
        migrations.RenameModel("Leaflet", "Flyer"),
    ]
