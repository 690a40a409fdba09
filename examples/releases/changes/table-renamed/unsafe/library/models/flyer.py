from django.db import models


class Flyer(models.Model):
    title = models.CharField(max_length=80)
    copies = models.IntegerField(default=1)
