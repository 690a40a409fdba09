from django.db import models
from django.db.models.functions import Lower


class Subscriber(models.Model):
    class Source(models.TextChoices):
        WEBSITE = "website", "Website"
        API = "api", "API"
        IMPORT = "import", "Import"

    email = models.EmailField("e-mail")
    source = models.CharField(
        max_length=10, choices=Source, db_default=Source.WEBSITE, default=Source.WEBSITE
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="subscriber_unique_email"),
        ]

    def __str__(self):
        return self.email
