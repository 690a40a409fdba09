from django.contrib import messages
from django.shortcuts import redirect, render

from newsletter.forms import SubscribeForm
from newsletter.models import Subscriber
from newsletter.services import subscribe


def sign_up(request):
    form = SubscribeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        subscribe(form.cleaned_data["email"], Subscriber.Source.WEBSITE)
        messages.success(request, "You are on the list. We write once a month at most.")
        return redirect("catalog:home")
    status = 422 if form.errors else 200
    return render(request, "newsletter/sign_up.html", {"form": form}, status=status)
