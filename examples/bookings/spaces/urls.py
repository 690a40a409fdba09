from datetime import date

from django.urls import path, register_converter

from . import api, views


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "spaces"
urlpatterns = [
    path("", views.home, name="home"),
    path("spaces/<slug:slug>/", views.space, name="space"),
    path("api/spaces/", api.spaces, name="api-spaces"),
    path("api/spaces/<slug:slug>/<day:day>/", api.space_day, name="api-day"),
]
