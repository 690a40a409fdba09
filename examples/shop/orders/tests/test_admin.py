from django.contrib.auth import get_user_model
from django.test import TestCase
from django.urls import reverse

from catalog.models import Review
from catalog.tests.factories import make_product
from orders.models import Order
from orders.tests.test_checkout import CUSTOMER


class AdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = get_user_model().objects.create_superuser("admin", password="secret")
        cls.product = make_product()
        cls.review = cls.product.reviews.create(author="Ada", rating=5, text="Good")
        cls.order = Order.objects.create(**CUSTOMER)
        cls.order.lines.create(product=cls.product, quantity=2, unit_price="20.00")

    def setUp(self):
        self.client.force_login(self.user)

    def test_every_list_and_form_opens(self):
        for model in ["catalog_category", "catalog_product", "catalog_review", "orders_order"]:
            with self.subTest(model):
                url = reverse(f"admin:{model}_changelist")
                self.assertEqual(self.client.get(url).status_code, 200)
        for name, pk in [
            ("catalog_product", self.product.pk),
            ("catalog_review", self.review.pk),
            ("orders_order", self.order.pk),
        ]:
            with self.subTest(name):
                url = reverse(f"admin:{name}_change", args=[pk])
                self.assertEqual(self.client.get(url).status_code, 200)

    def test_order_list_shows_totals(self):
        response = self.client.get(reverse("admin:orders_order_changelist"))

        self.assertContains(response, "€40.00")

    def test_publishing_reviews(self):
        data = {"action": "publish", "_selected_action": [self.review.pk]}

        self.client.post(reverse("admin:catalog_review_changelist"), data)

        self.assertTrue(Review.objects.get().is_published)

    def test_marking_orders_as_shipped(self):
        data = {"action": "mark_shipped", "_selected_action": [self.order.pk]}

        self.client.post(reverse("admin:orders_order_changelist"), data)

        self.assertEqual(Order.objects.get().status, Order.Status.SHIPPED)
