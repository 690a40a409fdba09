from django.conf import settings
from django.contrib import admin
from django.urls import path
from django.views.generic import TemplateView

from shoply.notes.views import note_list

urlpatterns = [
    path("", TemplateView.as_view(template_name="pages/home.html"), name="home"),
    path("notes/", note_list, name="notes"),
    # Django Admin, use {% url 'admin:index' %}
    path(settings.ADMIN_URL, admin.site.urls),
]
