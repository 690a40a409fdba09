from django.db import models


class Loan(models.Model):
    book = models.ForeignKey("library.Book", on_delete=models.CASCADE)
    reader = models.EmailField()
    borrowed_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    channel = models.CharField(max_length=20, null=True, blank=True)
    branch = models.BigIntegerField(null=True, blank=True)
