import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import DecimalField, ExpressionWrapper, F, Q, Sum
from django.urls import reverse

from catalog.models import Product


class OrderQuerySet(models.QuerySet):
    def with_total(self):
        amount = ExpressionWrapper(
            F("lines__quantity") * F("lines__unit_price"),
            output_field=DecimalField(max_digits=10, decimal_places=2),
        )
        return self.annotate(total=Sum(amount, default=0))


class Order(models.Model):
    class Status(models.TextChoices):
        PLACED = "placed", "Placed"
        PAID = "paid", "Paid"
        SHIPPED = "shipped", "Shipped"
        CANCELLED = "cancelled", "Cancelled"

    # The address of the order's page: nobody can guess the neighbour's.
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLACED)
    name = models.CharField(max_length=100)
    email = models.EmailField("e-mail")
    street = models.CharField("street and number", max_length=120)
    postcode = models.CharField(max_length=12)
    city = models.CharField(max_length=80)
    note = models.CharField("note for us", max_length=300, blank=True, db_default="", default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="order_status_created_idx"),
        ]

    def __str__(self):
        return f"Order {self.short_reference}"

    def get_absolute_url(self):
        return reverse("orders:order", args=[self.reference])

    @property
    def short_reference(self):
        return self.reference.hex[:8].upper()


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="order_lines")
    quantity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    # The price of that day: the product's own price may change later.
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_line_unique_product"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="order_line_quantity_positive"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.product}"

    @property
    def amount(self):
        return self.quantity * self.unit_price
