from django.contrib import admin

from .models import Space


@admin.register(Space)
class SpaceAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "seats", "place"]
    list_filter = ["kind"]
    prepopulated_fields = {"slug": ["name"]}
