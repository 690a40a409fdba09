from django.shortcuts import render

from .models import Note


def note_list(request):
    return render(request, "notes/list.html", {"notes": Note.objects.order_by("-created")[:20]})
