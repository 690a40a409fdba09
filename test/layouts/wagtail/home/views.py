from django.shortcuts import render

from .models import HomePage


def home_page(request):
    return render(request, "home/home_page.html", {"page": HomePage.objects.first()})
