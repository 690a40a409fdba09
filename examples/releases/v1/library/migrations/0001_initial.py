from django.db import migrations, models


def key():
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.CreateModel(
            "Author",
            [
                ("id", key()),
                ("name", models.CharField(max_length=80)),
                ("email", models.EmailField(max_length=254, unique=True)),
            ],
        ),
        migrations.CreateModel(
            "Leaflet",
            [
                ("id", key()),
                ("title", models.CharField(max_length=80)),
                ("copies", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            "Book",
            [
                ("id", key()),
                ("title", models.CharField(max_length=120)),
                ("isbn", models.CharField(max_length=13, unique=True)),
                ("pages", models.IntegerField()),
                ("price", models.DecimalField(decimal_places=2, max_digits=8)),
                ("shelf", models.CharField(blank=True, max_length=20, null=True)),
                ("language", models.CharField(max_length=20)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=models.PROTECT, related_name="books", to="library.author"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            "Loan",
            [
                ("id", key()),
                ("reader", models.EmailField(max_length=254)),
                ("borrowed_at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("branch", models.BigIntegerField(blank=True, null=True)),
                (
                    "book",
                    models.ForeignKey(on_delete=models.CASCADE, to="library.book"),
                ),
            ],
        ),
    ]
