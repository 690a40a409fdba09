from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.RunSQL(
            'CREATE UNIQUE INDEX CONCURRENTLY "leaflet_title" ON "library_leaflet" ("title")',
            'DROP INDEX CONCURRENTLY "leaflet_title"',
        ),
    ]
