from django.db import models


class Message(models.Model):
    email = models.EmailField("your address")
    text = models.TextField("your message", max_length=5000)
    created_at = models.DateTimeField(auto_now_add=True)
    forwarded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.email}, {self.created_at:%Y-%m-%d}"
