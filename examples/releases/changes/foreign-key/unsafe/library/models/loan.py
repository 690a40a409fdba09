from django.db import models


class Loan(models.Model):
    book = models.ForeignKey("library.Book", on_delete=models.CASCADE)
    reader = models.EmailField()
    borrowed_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    branch = models.ForeignKey("library.Author", null=True, blank=True, on_delete=models.SET_NULL, db_column="branch", related_name="+")
