from django.contrib import admin
from django.urls import include, path
from rest_framework.routers import DefaultRouter

from notes.api import NoteViewSet

router = DefaultRouter()
router.register("notes", NoteViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("admin/", admin.site.urls),
]
