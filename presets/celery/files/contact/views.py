from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from contact.forms import MessageForm
from contact.tasks import forward


def contact(request):
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with transaction.atomic():
            message = form.save()
            # Once the row is there for the worker to see; the page stands if no broker takes it.
            transaction.on_commit(lambda: forward.delay(message.pk), robust=True)
        messages.success(request, "Thank you, we have your message.")
        return redirect("contact")
    return render(request, "contact/contact.html", {"form": form})
