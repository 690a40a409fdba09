from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse


class Space(models.Model):
    """A desk or a room that people book by the hour."""

    class Kind(models.TextChoices):
        DESK = "desk", "Desk"
        ROOM = "room", "Room"

    name = models.CharField(max_length=60)
    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=4, choices=Kind)
    seats = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    place = models.CharField(max_length=60, help_text="Where it is, such as “Second floor, east”.")
    description = models.TextField()
    # One of the colours in site.css.
    tone = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(6)]
    )

    class Meta:
        ordering = ["kind", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("spaces:space", args=[self.slug])
