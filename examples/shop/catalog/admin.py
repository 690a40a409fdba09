from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html

from catalog.models import Category, Product, Review


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "position", "product_count"]
    list_editable = ["position"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(product_count=Count("products"))

    @admin.display(description="products", ordering="product_count")
    def product_count(self, category):
        return category.product_count


class ReviewInline(admin.TabularInline):
    model = Review
    extra = 0
    fields = ["author", "rating", "text", "is_published"]


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ["thumbnail", "name", "sku", "category", "price", "stock", "is_active"]
    list_display_links = ["thumbnail", "name"]
    list_editable = ["stock", "is_active"]
    list_filter = ["category", "is_active", "is_featured"]
    list_select_related = ["category"]
    search_fields = ["name", "sku", "summary"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["category"]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [ReviewInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "sku", "category", "summary", "description", "image"]}),
        ("Sale", {"fields": ["price", "stock", "is_active", "is_featured"]}),
        ("Dates", {"fields": ["created_at", "updated_at"], "classes": ["collapse"]}),
    ]

    @admin.display(description="")
    def thumbnail(self, product):
        return format_html('<img src="{}" alt="" width="40" height="40">', product.image_url)


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["product", "author", "rating", "created_at", "is_published"]
    list_filter = ["is_published", "rating"]
    list_select_related = ["product"]
    search_fields = ["author", "text", "product__name"]
    autocomplete_fields = ["product"]
    date_hierarchy = "created_at"
    actions = ["publish", "unpublish"]

    @admin.action(description="Publish selected reviews")
    def publish(self, request, reviews):
        self.message_user(request, f"{reviews.update(is_published=True)} published.")

    @admin.action(description="Hide selected reviews")
    def unpublish(self, request, reviews):
        self.message_user(request, f"{reviews.update(is_published=False)} hidden.")
