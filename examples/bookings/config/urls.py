from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("spaces.urls")),
    path("", include("bookings.urls")),
    path("admin/", admin.site.urls),
]
