from django.contrib import admin

from .models import Booking


@admin.register(Booking)
class BookingAdmin(admin.ModelAdmin):
    list_display = ["space", "starts_at", "ends_at", "name", "status"]
    list_filter = ["status", "space"]
    date_hierarchy = "starts_at"
    readonly_fields = ["token", "created_at", "reminded_at"]
    search_fields = ["name", "email"]
