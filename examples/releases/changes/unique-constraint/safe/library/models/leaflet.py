from django.db import models


class Leaflet(models.Model):
    title = models.CharField(max_length=80)
    copies = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title"], name="leaflet_title")]
