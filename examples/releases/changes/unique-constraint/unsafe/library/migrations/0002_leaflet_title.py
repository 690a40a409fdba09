from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.AddConstraint("leaflet", models.UniqueConstraint(fields=["title"], name="leaflet_title")),
    ]
