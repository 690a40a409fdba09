import { smallProject } from '../integration/reload/small-project.ts';

const modelsEach = 6;

/** A project of many apps, each with models, forms, admin classes, views and urls. */
export function generateProject(apps: number): Readonly<Record<string, string>> {
  const names = Array.from({ length: apps }, (_, index) => `app${index}`);
  const settings = (smallProject['site_config/settings.py'] ?? '').replace(
    '"pages"]',
    `"django.contrib.admin", "django.contrib.sessions", "django.contrib.messages", "pages", ${names
      .map((name) => `"${name}"`)
      .join(', ')}]`,
  );
  const urls = `from django.urls import include, path
from django.contrib import admin
from pages import views
urlpatterns = [
    path("", views.home),
    path("admin/", admin.site.urls),
${names.map((name) => `    path("${name}/", include("${name}.urls")),`).join('\n')}
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
    [`${name}/views.py`]: `from django.views.generic import CreateView, DetailView, ListView
from ${name} import forms, models
${models
  .map(
    (model) => `class ${model}List(ListView):
    model = models.${model}
class ${model}Detail(DetailView):
    model = models.${model}
class ${model}Create(CreateView):
    form_class = forms.${model}Form`,
  )
  .join('\n')}
`,
    [`${name}/urls.py`]: `from django.urls import path
from ${name} import views
urlpatterns = [
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
