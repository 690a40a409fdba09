from django.contrib import admin
from django.urls import path

from clock.views import home, time

urlpatterns = [
    path("", home, name="home"),
    path("time/", time, name="time"),
    path("admin/", admin.site.urls),
]
