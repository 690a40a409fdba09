from django.db import models


class Leaflet(models.Model):
    title = models.CharField(max_length=80)
    copies = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(copies__gte=0), name="leaflet_copies")
        ]
