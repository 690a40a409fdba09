from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

from notes.models import Note
from notes.views import note_list


def healthz(request):
    return HttpResponse(f"{Note.objects.count()} notes")


urlpatterns = [
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    path("", note_list),
]
