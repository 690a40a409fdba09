from decimal import Decimal
from itertools import count

from catalog.models import Category, Product

numbers = count(1)


def make_category(**values):
    number = next(numbers)
    return Category.objects.create(
        **{"name": f"Category {number}", "slug": f"category-{number}", **values}
    )


def make_product(**values):
    number = next(numbers)
    defaults = {
        "name": f"Product {number}",
        "slug": f"product-{number}",
        "sku": f"TEST-{number}",
        "summary": "Something useful.",
        "price": Decimal("20.00"),
        "stock": 10,
    }
    if "category" not in values:
        values["category"] = make_category()
    return Product.objects.create(**{**defaults, **values})
