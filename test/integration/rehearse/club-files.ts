import { buildKioskBase } from '../../support/kiosk-base.ts';

const settings = `import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["club.example.com", "localhost"]
ROOT_URLCONF = "club.urls"
WSGI_APPLICATION = "club.wsgi.application"
AUTH_USER_MODEL = "members.Member"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/orders/"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth",
                  "django.contrib.sessions", "members"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware",
              "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ["POSTGRES_HOST"], "PORT": os.environ["POSTGRES_PORT"],
    "NAME": os.environ["POSTGRES_DB"], "USER": os.environ["POSTGRES_USER"],
    "PASSWORD": os.environ["POSTGRES_PASSWORD"], "CONN_MAX_AGE": 60,
}}
STATIC_URL = "/static/"
LOGGING = {"version": 1, "disable_existing_loggers": False,
           "handlers": {"console": {"class": "logging.StreamHandler"}},
           "root": {"handlers": ["console"], "level": "INFO"}}
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
`;

const models = `from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

class Team(models.Model):
    name = models.CharField(max_length=40)

class MemberManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email=email)

class Member(AbstractBaseUser, PermissionsMixin):
    """Logs in by its email, and belongs to a team: nothing that a plain User has."""
    email = models.EmailField(unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT)
    born = models.DateField()
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    objects = MemberManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["team", "born"]

class Order(models.Model):
    title = models.CharField(max_length=40)
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
`;

const migration = `import django.db.models.deletion
from django.db import migrations, models
import members.models

class Migration(migrations.Migration):
    initial = True
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel("Team", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("name", models.CharField(max_length=40)),
        ]),
        migrations.CreateModel("Member", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("password", models.CharField(max_length=128)),
            ("last_login", models.DateTimeField(blank=True, null=True)),
            ("is_superuser", models.BooleanField(default=False)),
            ("email", models.EmailField(max_length=254, unique=True)),
            ("born", models.DateField()),
            ("is_active", models.BooleanField(default=True)),
            ("is_staff", models.BooleanField(default=False)),
            ("team", models.ForeignKey("members.Team", on_delete=models.PROTECT)),
            ("groups", models.ManyToManyField(to="auth.group", blank=True)),
            ("user_permissions", models.ManyToManyField(to="auth.permission", blank=True)),
        ]),
        migrations.CreateModel("Order", [
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("title", models.CharField(max_length=40)),
            ("team", models.ForeignKey("members.Team", on_delete=models.CASCADE)),
        ]),
    ]
`;

const fill = `from django.core.management.base import BaseCommand
from members.models import Member, Order, Team

class Command(BaseCommand):
    def handle(self, **options):
        team = Team.objects.create(name="Reading")
        for title in ("Tea", "Cups", "Spoons"):
            Order.objects.create(title=title, team=team)
        ada = Member(email="ada@example.com", team=team, born="1990-01-01")
        ada.set_password("correct horse battery")
        ada.save()
        self.stdout.write("filled")
`;

const urls = `import time
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template import engines
from django.urls import include, path, re_path
from django.views import View
from members.models import Member, Order

def page(request, text, **context):
    return HttpResponse(engines["django"].from_string(text).render(context, request))

def home(request):
    return page(request, "<title>Club</title><h1>Welcome  to\\n the club</h1><form method=post></form>")

@login_required
def orders(request):
    return page(request, "<p>Signed in as {{ email }}</p>{% for one in orders %}"
                "<a class=order data-id={{ one.pk }} href=/orders/{{ one.pk }}/>{{ one.title }}</a>"
                "{% endfor %}", email=request.user.email, orders=Order.objects.order_by("pk"))

@login_required
def order(request, pk):
    found = get_object_or_404(Order, pk=pk)
    if request.method == "POST":
        found.title = request.POST["title"]
        found.save()
        return redirect("/orders/")
    return page(request, "<h1>{{ one.title }}</h1><form method=post>{% csrf_token %}</form>", one=found)

@permission_required("members.view_order", raise_exception=True)
def audit(request):
    return HttpResponse("audit")

def items(request):
    return JsonResponse({"count": Order.objects.count(), "results": [
        {"id": one.pk, "title": one.title} for one in Order.objects.order_by("pk")]})

def careless(request):
    return JsonResponse({"teams": [one.team.name for one in Order.objects.all()]})

def members(request):
    return JsonResponse({"emails": sorted(Member.objects.values_list("email", flat=True))})

def crash(request):
    raise ValueError("no tea left")

def ticks(request):
    def endless():
        while True:
            yield b"data: tick\\n\\n"
            time.sleep(0.1)
    return StreamingHttpResponse(endless(), content_type="text/event-stream")

class Saved(View):
    def post(self, request):
        return HttpResponse("saved")

def empty_cart(request):
    raise SystemExit("nobody may ask for this page")

urlpatterns = [
    path("", home), path("up/", lambda request: HttpResponse("ok")),
    path("login/", LoginView.as_view(template_name="login.html")),
    path("logout/", LogoutView.as_view()), path("orders/", orders), path("orders/<int:pk>/", order),
    path("audit/", audit), path("api/", include([path("items/", items), path("careless/", careless),
                                                 path("members/", members)])),
    path("old/", lambda request: redirect("/api/items/")), path("saved/", Saved.as_view()),
    path("ticks/", ticks), path("cart/clear/", empty_cart),
    re_path(r"^broken/$", crash), re_path(r"^year/(?P<year>[0-9]{4})/$", home),
]
`;

/** The club's manifest; its requests stand behind it. */
export const clubManifest = `name: club
app:
  env:
    SECRET_KEY: { generate: true }
processes:
  web: { port: 8000, health: /up/ }
services:
  postgres: { version: "17" }
rehearse:
  host: club.example.com
  setup: [python manage.py fill]
`;

/** A Django project with a user model of its own, pages behind a login, and pages that are wrong. */
export async function clubFiles(): Promise<Readonly<Record<string, string>>> {
  return {
    'manage.py': `import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "club.settings")
if __name__ == "__main__":
    from django.core.management import execute_from_command_line
    execute_from_command_line(sys.argv)
`,
    'club/__init__.py': '',
    'club/settings.py': settings,
    'club/urls.py': urls,
    'club/wsgi.py': `import os
from django.core.wsgi import get_wsgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "club.settings")
application = get_wsgi_application()
`,
    'members/__init__.py': '',
    'members/models.py': models,
    'members/migrations/__init__.py': '',
    'members/migrations/0001_initial.py': migration,
    'members/management/__init__.py': '',
    'members/management/commands/__init__.py': '',
    'members/management/commands/fill.py': fill,
    'members/templates/login.html':
      '<form method="post">{% csrf_token %}{{ form }}<button>Sign in</button></form>\n',
    '.dockerignore': 'djdev.yaml\nDockerfile\n',
    Dockerfile: `FROM ${await buildKioskBase()}
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app
COPY . .
USER 10001
EXPOSE 8000
CMD ["gunicorn", "club.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--no-control-socket"]
`,
    'djdev.yaml': clubManifest,
  };
}
