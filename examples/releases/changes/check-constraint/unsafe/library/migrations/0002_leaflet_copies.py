from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddConstraint("leaflet", models.CheckConstraint(condition=models.Q(copies__gte=0), name="leaflet_copies")),
    ]
