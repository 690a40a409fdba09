from django.contrib import admin
from django.urls import include, path

from catalog.api import router
from newsletter.api import SubscribeView

admin.site.site_header = "Dunlin"
admin.site.site_title = "Dunlin"
admin.site.index_title = "Behind the counter"

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("orders.urls")),
    path("newsletter/", include("newsletter.urls")),
    path("api/newsletter/", SubscribeView.as_view(), name="api-newsletter"),
    path("api/", include(router.urls)),
    path("admin/", admin.site.urls),
]
