from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Avg, Count, Q
from django.templatetags.static import static
from django.urls import reverse

PLACEHOLDER_IMAGE = "img/products/placeholder.svg"


def validate_static_image(path):
    """Product pictures are part of the release, as static files; the path must exist in it."""
    if not finders.find(path):
        raise ValidationError(f"There is no static file {path}.", code="missing")


class Category(models.Model):
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(
        db_default=0, default=0, help_text="Lower numbers come first."
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("catalog:category", args=[self.slug])


class ProductQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_rating(self):
        """Adds `rating` (None without reviews) and `review_count`, of published reviews."""
        published = Q(reviews__is_published=True)
        # Django drops Meta.ordering from grouped queries, so the order is asked for again.
        return self.annotate(
            rating=Avg("reviews__rating", filter=published),
            review_count=Count("reviews", filter=published),
        ).order_by(*self.model._meta.ordering)

    def search(self, words):
        matches = Q()
        for word in words.split():
            matches &= (
                Q(name__icontains=word)
                | Q(summary__icontains=word)
                | Q(category__name__icontains=word)
            )
        return self.filter(matches)


class Product(models.Model):
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120, unique=True)
    sku = models.CharField("SKU", max_length=20, unique=True)
    summary = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    image = models.CharField(
        max_length=120,
        blank=True,
        validators=[validate_static_image],
        help_text="Path below static/, for example img/products/teapot.svg",
    )
    stock = models.PositiveIntegerField(db_default=0, default=0)
    is_active = models.BooleanField(
        "visible", db_default=True, default=True, help_text="Shown in the shop."
    )
    is_featured = models.BooleanField(
        "featured", db_default=False, default=False, help_text="Shown on the first page."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]
        indexes = [
            models.Index(
                fields=["category", "-created_at"],
                condition=Q(is_active=True),
                name="product_listing_idx",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("catalog:product", args=[self.slug])

    @property
    def image_url(self):
        """A product whose picture has left the release still has a page: it gets a placeholder."""
        try:
            return static(self.image or PLACEHOLDER_IMAGE)
        except ValueError:
            return static(PLACEHOLDER_IMAGE)

    @property
    def is_in_stock(self):
        return self.stock > 0


class Review(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    author = models.CharField("your name", max_length=60)
    rating = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.TextField("your review", max_length=1000)
    is_published = models.BooleanField(
        "published", db_default=False, default=False, help_text="Visible in the shop."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__range=(1, 5)), name="review_rating_from_1_to_5"
            ),
        ]

    def __str__(self):
        return f"{self.author} on {self.product}"
