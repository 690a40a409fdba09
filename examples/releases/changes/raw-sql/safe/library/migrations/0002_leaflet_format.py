from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("library", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """ALTER TABLE "library_leaflet" ADD COLUMN "format" varchar(10) NOT NULL DEFAULT 'A4'""",
            'ALTER TABLE "library_leaflet" DROP COLUMN "format"',
            state_operations=[
                migrations.AddField("leaflet", "format", models.CharField(max_length=10, db_default="A4")),
            ],
        ),
    ]
