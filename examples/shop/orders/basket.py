from dataclasses import dataclass
from decimal import Decimal

from catalog.models import Product

SESSION_KEY = "basket"
MAX_QUANTITY = 20


@dataclass(frozen=True)
class BasketLine:
    product: Product
    quantity: int

    @property
    def amount(self):
        return self.product.price * self.quantity

    @property
    def exceeds_stock(self):
        return self.quantity > self.product.stock


class Basket:
    """The visitor's basket, in the session, as {product id: quantity}."""

    def __init__(self, session):
        self.session = session
        self.quantities = session.get(SESSION_KEY, {})

    def add(self, product, quantity):
        self.set(product, self.quantities.get(str(product.pk), 0) + quantity)

    def set(self, product, quantity):
        if quantity > 0:
            self.quantities[str(product.pk)] = min(quantity, MAX_QUANTITY)
        else:
            self.quantities.pop(str(product.pk), None)
        self.session[SESSION_KEY] = self.quantities

    def clear(self):
        self.session.pop(SESSION_KEY, None)
        self.quantities = {}

    @property
    def count(self):
        return sum(self.quantities.values())

    def lines(self):
        """The lines with their products; what is no longer sold has left the basket."""
        products = Product.objects.active().select_related("category").in_bulk(self.quantities)
        return [
            BasketLine(products[int(key)], quantity)
            for key, quantity in self.quantities.items()
            if int(key) in products
        ]


def total(lines):
    return sum((line.amount for line in lines), Decimal("0.00"))
