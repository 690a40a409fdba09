from django.test import TestCase
from django.urls import reverse

from catalog.tests.factories import make_product


class BasketTests(TestCase):
    def add(self, product, quantity):
        url = reverse("orders:add_to_basket", args=[product.slug])
        return self.client.post(url, {"quantity": quantity}, follow=True)

    def change(self, product, quantity):
        url = reverse("orders:change_basket", args=[product.slug])
        return self.client.post(url, {"quantity": quantity}, follow=True)

    def test_adds_up(self):
        mug = make_product(name="Mug", price="24.00")

        self.add(mug, 1)
        response = self.add(mug, 2)

        self.assertContains(response, "Mug is in your basket.")
        self.assertContains(response, "€72.00")
        self.assertEqual(response.context["basket_count"], 3)

    def test_zero_takes_the_line_out(self):
        mug = make_product()
        self.add(mug, 1)

        response = self.change(mug, 0)

        self.assertContains(response, "Nothing in it yet.")

    def test_refuses_nonsense(self):
        mug = make_product()

        response = self.add(mug, -3)

        self.assertContains(response, "That quantity is not possible.")
        self.assertEqual(response.context["basket_count"], 0)

    def test_warns_when_there_is_less_in_stock(self):
        mug = make_product(stock=2)

        self.assertContains(self.add(mug, 3), "Only 2 left.")

    def test_a_product_that_left_the_shop_leaves_the_basket(self):
        mug = make_product(name="Mug")
        self.add(mug, 1)
        type(mug).objects.update(is_active=False)

        self.assertNotContains(self.client.get("/basket/"), "Mug")
