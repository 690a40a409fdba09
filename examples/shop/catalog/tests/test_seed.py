from io import StringIO

from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import TestCase

from catalog.models import Product
from orders.models import Order, OrderLine


class SeedTests(TestCase):
    def test_a_second_run_changes_nothing(self):
        call_command("seed", stdout=StringIO())
        Product.objects.filter(slug="harbour-mug").update(stock=1)
        first = (Product.objects.count(), Order.objects.count(), OrderLine.objects.count())

        call_command("seed", stdout=StringIO())

        self.assertEqual(
            (Product.objects.count(), Order.objects.count(), OrderLine.objects.count()), first
        )
        self.assertEqual(Product.objects.get(slug="harbour-mug").stock, 1)

    def test_every_product_has_its_picture(self):
        call_command("seed", stdout=StringIO())

        for product in Product.objects.all():
            self.assertIsNotNone(finders.find(product.image), product.image)
