from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path

from notes.views import note_list

urlpatterns = [
    path("up/", include([path("", lambda request: HttpResponse("")), path("databases", lambda request: HttpResponse(""))])),
    path("admin/", admin.site.urls),
    path("", note_list),
]
