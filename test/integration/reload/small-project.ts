/** A small Django project whose answer tells which code it runs; path in the image → text. */
export const smallProject: Readonly<Record<string, string>> = {
  'manage.py': `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`,
  'site_config/__init__.py': '',
  'site_config/settings.py': `import os
SECRET_KEY = "x"
DEBUG = os.environ.get("DEBUG", "1") == "1"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "site_config.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "pages"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
NAME = "settings1"
`,
  'site_config/urls.py': `from django.urls import path
from pages import views
urlpatterns = [
    path("", views.home),
    path("page/", views.page),
    path("slow/", views.slow),
    path("pids/", views.pids),
]
`,
  'site_config/wsgi.py': `import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
application = get_wsgi_application()
`,
  'site_config/asgi.py': `import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
application = get_asgi_application()
`,
  'pages/__init__.py': '',
  'pages/models.py': `from django.db import models
LABEL = "model1"
class Page(models.Model):
    title = models.CharField(max_length=20)
`,
  'pages/views.py': `import json, os, time
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from pages.models import LABEL
VIEW = "view1"
def home(request):
    return HttpResponse(f"{VIEW} {LABEL} {settings.NAME}")
def page(request):
    return render(request, "pages/page.html")
def slow(request):
    time.sleep(0.5)
    return HttpResponse(f"slow {VIEW}")
def pids(request):
    return HttpResponse(json.dumps([os.getpid(), os.getppid()]))
`,
  'pages/templates/pages/page.html': 'template1',
};
