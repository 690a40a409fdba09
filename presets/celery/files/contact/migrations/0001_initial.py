from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="your address")),
                ("text", models.TextField(max_length=5000, verbose_name="your message")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("forwarded_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={"ordering": ["-created_at"]},
        ),
    ]
