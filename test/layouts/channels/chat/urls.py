from django.http import HttpResponse
from django.urls import path

from notes.views import note_list

urlpatterns = [path("health/", lambda request: HttpResponse("ok")), path("", note_list)]
