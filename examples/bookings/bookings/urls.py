from django.urls import path

from . import api, views

app_name = "bookings"
urlpatterns = [
    path("bookings/<uuid:token>/", views.booking, name="booking"),
    path("bookings/<uuid:token>/confirm/", views.confirm_booking, name="confirm"),
    path("bookings/<uuid:token>/cancel/", views.cancel_booking, name="cancel"),
    path("api/bookings/", api.bookings, name="api-bookings"),
]
