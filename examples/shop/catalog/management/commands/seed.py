import random
from datetime import timedelta
from decimal import Decimal

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Product, Review
from catalog.seed_data import CATEGORIES, CUSTOMERS, PRODUCTS, REVIEWS
from newsletter.models import Subscriber
from newsletter.services import subscribe
from orders.models import Order, OrderLine


class Command(BaseCommand):
    help = "Fills the shop with its products, some reviews and a month of orders. Safe to repeat."

    @transaction.atomic
    def handle(self, **options):
        # The same data every time: a second run finds what the first one made.
        dice = random.Random(2025)
        products = self.seed_products(self.seed_categories())
        self.seed_reviews(products)
        self.seed_orders(products, dice)
        for customer in CUSTOMERS:
            subscribe(customer["email"], Subscriber.Source.IMPORT)
        self.stdout.write(
            f"{Category.objects.count()} categories, {Product.objects.count()} products, "
            f"{Review.objects.count()} reviews, {Order.objects.count()} orders."
        )

    def seed_categories(self):
        categories = {}
        for position, row in enumerate(CATEGORIES, start=1):
            category, _ = Category.objects.update_or_create(
                slug=row["slug"], defaults={**row, "position": position}
            )
            categories[category.slug] = category
        return categories

    def seed_products(self, categories):
        """Puts prices and texts right on every run, but never the stock: orders have changed it."""
        products = []
        # The last one first: the shop shows what is newest on top, and the list begins with that.
        for number, row in reversed(list(enumerate(PRODUCTS, start=1))):
            values = {
                **row,
                "category": categories[row["category"]],
                "price": Decimal(row["price"]),
                "image": f"img/products/{row['slug']}.svg",
            }
            stock = values.pop("stock")
            product, _ = Product.objects.update_or_create(
                slug=row["slug"],
                defaults=values,
                create_defaults={**values, "sku": f"DL-{number:05}", "stock": stock},
            )
            products.append(product)
        return products

    def seed_reviews(self, products):
        by_slug = {product.slug: product for product in products}
        for slug, author, rating, text in REVIEWS:
            Review.objects.get_or_create(
                product=by_slug[slug],
                author=author,
                defaults={"rating": rating, "text": text, "is_published": True},
            )

    def seed_orders(self, products, dice):
        if Order.objects.exists():
            return
        for age_days in range(30, 0, -1):
            customer = dice.choice(CUSTOMERS)
            status = Order.Status.SHIPPED if age_days > 3 else Order.Status.PAID
            order = Order.objects.create(**customer, status=status)
            placed_at = timezone.now() - timedelta(days=age_days, hours=dice.randrange(12))
            Order.objects.filter(pk=order.pk).update(created_at=placed_at)
            OrderLine.objects.bulk_create(
                OrderLine(
                    order=order,
                    product=product,
                    quantity=dice.randint(1, 3),
                    unit_price=product.price,
                )
                for product in dice.sample(products, dice.randint(1, 4))
            )
