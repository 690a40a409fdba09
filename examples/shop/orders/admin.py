from django.contrib import admin

from catalog.templatetags.money import money
from orders.models import Order, OrderLine


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    autocomplete_fields = ["product"]


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ["short_reference", "name", "city", "total", "status", "created_at"]
    list_filter = ["status", "created_at"]
    search_fields = ["reference", "name", "email"]
    date_hierarchy = "created_at"
    readonly_fields = ["reference", "created_at", "total"]
    inlines = [OrderLineInline]
    actions = ["mark_shipped"]
    fieldsets = [
        (None, {"fields": ["reference", "status", "total", "created_at", "note"]}),
        ("Customer", {"fields": ["name", "email", "street", "postcode", "city"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_total()

    @admin.display(ordering="total")
    def total(self, order):
        return money(order.total) if order.pk else "–"

    @admin.action(description="Mark selected orders as shipped")
    def mark_shipped(self, request, orders):
        waiting = orders.filter(status__in=[Order.Status.PLACED, Order.Status.PAID])
        count = Order.objects.filter(pk__in=waiting.values("pk")).update(
            status=Order.Status.SHIPPED
        )
        self.message_user(request, f"{count} marked as shipped.")
