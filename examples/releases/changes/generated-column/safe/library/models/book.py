from django.db import models


class Book(models.Model):
    author = models.ForeignKey("library.Author", on_delete=models.PROTECT, related_name="books")
    title = models.CharField(max_length=120)
    isbn = models.CharField(max_length=13, unique=True)
    pages = models.IntegerField()
    price = models.DecimalField(max_digits=8, decimal_places=2)
    shelf = models.CharField(max_length=20, null=True, blank=True)
    language = models.CharField(max_length=20)
    sheets = models.IntegerField(null=True, blank=True)
