from django.forms import ModelForm

from contact.models import Message


class MessageForm(ModelForm):
    class Meta:
        model = Message
        fields = ["email", "text"]
