from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path
from wagtail import urls as page_urls
from wagtail.admin import urls as editor_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as document_urls

urlpatterns = [
    path("cms/", include(editor_urls)),
    path("django-admin/", admin.site.urls),
    path("documents/", include(document_urls)),
    path("sitemap.xml", sitemap),
    # Uploads in development; Django serves none when DEBUG is off.
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
    # Everything else is a page, so this comes last.
    path("", include(page_urls)),
]
