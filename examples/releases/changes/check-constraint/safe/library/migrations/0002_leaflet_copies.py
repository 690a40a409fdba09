from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        AddConstraintNotValid("leaflet", models.CheckConstraint(condition=models.Q(copies__gte=0), name="leaflet_copies")),
    ]
