from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("library", "0002_leaflet_copies")]

    operations = [
        ValidateConstraint("leaflet", "leaflet_copies"),
    ]
