from django.db import models


class Leaflet(models.Model):
    title = models.CharField(max_length=80)
    copies = models.IntegerField(default=1)
    format = models.CharField(max_length=10, db_default="A4")
