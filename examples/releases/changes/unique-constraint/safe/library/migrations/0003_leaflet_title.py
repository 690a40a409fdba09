from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0002_leaflet_title_index")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE "library_leaflet" ADD CONSTRAINT "leaflet_title" '
                    'UNIQUE USING INDEX "leaflet_title"',
                    'ALTER TABLE "library_leaflet" DROP CONSTRAINT "leaflet_title"',
                ),
            ],
            state_operations=[
                migrations.AddConstraint("leaflet", models.UniqueConstraint(fields=["title"], name="leaflet_title")),
            ],
        ),
    ]
