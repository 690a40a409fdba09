from django.contrib import admin

from contact.models import Message

admin.site.register(Message, list_display=["email", "created_at", "forwarded_at"])
