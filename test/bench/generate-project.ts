import { smallProject } from '../integration/reload/small-project.ts';

const modelsEach = 6;

/** What a grown project has installed: a REST framework and a CMS, more than a hundred packages' modules. */
export const bigRequirements = `django==5.2.19
djangorestframework==3.16.1
wagtail==7.1.1
gunicorn==27.0.1
`;

const installed = [
  ...['admin', 'auth', 'contenttypes', 'sessions', 'messages', 'staticfiles'].map(
    (name) => `django.contrib.${name}`,
  ),
  'rest_framework',
  ...['contrib.forms', 'contrib.redirects', 'embeds', 'sites', 'users', 'snippets'].map(
    (name) => `wagtail.${name}`,
  ),
  ...['documents', 'images', 'search', 'admin'].map((name) => `wagtail.${name}`),
  'wagtail',
  'modelcluster',
  'taggit',
];

const middleware = [
  'sessions.middleware.SessionMiddleware',
  'auth.middleware.AuthenticationMiddleware',
  'messages.middleware.MessageMiddleware',
].map((name) => `django.contrib.${name}`);

const templateOptions = {
  context_processors: [
    'django.template.context_processors.request',
    'django.contrib.auth.context_processors.auth',
    'django.contrib.messages.context_processors.messages',
  ],
};

/**
 * A project of many apps, each with models, forms, admin classes, serializers, views and urls,
 * beside Wagtail and the REST framework. Its front page says which code it runs.
 */
export function generateProject(apps: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: apps }, (_, index) => `app${index}`);
  const settings = (smallProject['site_config/settings.py'] ?? '')
    .replace(
      /INSTALLED_APPS = .*/,
      `INSTALLED_APPS = ${JSON.stringify([...installed, 'pages', ...names])}`,
    )
    .replace('"APP_DIRS": True', `"APP_DIRS": True, "OPTIONS": ${JSON.stringify(templateOptions)}`)
    .concat(`MIDDLEWARE = ${JSON.stringify(middleware)}\n`)
    .concat('STATIC_URL = "/static/"\nWAGTAIL_SITE_NAME = "Bench"\nWAGTAILADMIN_BASE_URL = ""\n');
  const urls = `from django.contrib import admin
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from pages import views
urlpatterns = [
    path("", views.home),
    path("admin/", admin.site.urls),
    path("cms/", include(wagtailadmin_urls)),
${names.map((name) => `    path("${name}/", include("${name}.urls")),`).join('\n')}
    path("site/", include(wagtail_urls)),
]
`;
  return {
    ...smallProject,
    ...Object.assign({}, ...names.map(generateApp)),
    'site_config/settings.py': settings,
    'site_config/urls.py': urls,
  };
}

function generateApp(name: string): Readonly<Record<string, string>> {
  const models = Array.from({ length: modelsEach }, (_, index) => `Thing${index}`);
  return {
    [`${name}/__init__.py`]: '',
    [`${name}/models.py`]: `from django.db import models
${models
  .map(
    (model) => `class ${model}(models.Model):
    title = models.CharField(max_length=80)
    body = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    owner = models.ForeignKey("auth.User", models.CASCADE, related_name="+")
    class Meta:
        ordering = ["title"]
    def __str__(self):
        return self.title`,
  )
  .join('\n')}
`,
    [`${name}/forms.py`]: `from django import forms
from ${name} import models
${models
  .map(
    (model) => `class ${model}Form(forms.ModelForm):
    class Meta:
        model = models.${model}
        fields = ["title", "body", "price"]`,
  )
  .join('\n')}
`,
    [`${name}/admin.py`]: `from django.contrib import admin
from ${name} import models
${models
  .map(
    (model) => `@admin.register(models.${model})
class ${model}Admin(admin.ModelAdmin):
    list_display = ["title", "created"]
    search_fields = ["title"]`,
  )
  .join('\n')}
`,
    [`${name}/serializers.py`]: `from rest_framework import serializers
from ${name} import models
${models
  .map(
    (model) => `class ${model}Serializer(serializers.ModelSerializer):
    class Meta:
        model = models.${model}
        fields = ["title", "body", "price"]`,
  )
  .join('\n')}
`,
    [`${name}/views.py`]: `from django.views.generic import CreateView, DetailView, ListView
from rest_framework import viewsets
from ${name} import forms, models, serializers
${models
  .map(
    (model) => `class ${model}List(ListView):
    model = models.${model}
class ${model}Detail(DetailView):
    model = models.${model}
class ${model}Create(CreateView):
    form_class = forms.${model}Form
class ${model}ViewSet(viewsets.ModelViewSet):
    queryset = models.${model}.objects.all()
    serializer_class = serializers.${model}Serializer`,
  )
  .join('\n')}
`,
    [`${name}/urls.py`]: `from django.urls import include, path
from rest_framework.routers import SimpleRouter
from ${name} import views
router = SimpleRouter()
${models.map((model) => `router.register("${model}", views.${model}ViewSet)`).join('\n')}
urlpatterns = [
    path("api/", include(router.urls)),
${models
  .map(
    (model) => `    path("${model}/", views.${model}List.as_view()),
    path("${model}/<int:pk>/", views.${model}Detail.as_view()),
    path("${model}/new/", views.${model}Create.as_view()),`,
  )
  .join('\n')}
]
`,
  };
}
