from django.contrib import admin
from django.urls import path

from contact.views import contact
from pages.views import home

urlpatterns = [
    path("", home, name="home"),
    path("contact/", contact, name="contact"),
    path("admin/", admin.site.urls),
]
