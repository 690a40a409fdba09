from django.core import mail
from django.db import IntegrityError
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from catalog.tests.factories import make_product
from orders.models import Order, OrderLine

CUSTOMER = {
    "name": "Ada Lovelace",
    "email": "ada@example.com",
    "street": "St James's Square 12",
    "postcode": "SW1Y",
    "city": "London",
}


class CheckoutTests(TestCase):
    def setUp(self):
        self.mug = make_product(name="Mug", price="24.00", stock=3)

    def fill_basket(self, quantity):
        url = reverse("orders:add_to_basket", args=[self.mug.slug])
        self.client.post(url, {"quantity": quantity})

    def place_order(self):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post("/checkout/", CUSTOMER, follow=True)

    def test_an_order_takes_from_the_stock_and_keeps_the_price(self):
        self.fill_basket(2)

        response = self.place_order()

        order = Order.objects.with_total().get()
        self.assertRedirects(response, order.get_absolute_url())
        self.assertContains(response, "Thank you, Ada Lovelace.")
        self.assertContains(response, "€48.00")
        self.mug.refresh_from_db()
        self.assertEqual((order.total, self.mug.stock), (48, 1))
        self.assertEqual(response.context["basket_count"], 0)

    def test_the_customer_gets_a_letter(self):
        self.fill_basket(1)

        self.place_order()

        [letter] = mail.outbox
        self.assertEqual(letter.to, ["ada@example.com"])
        self.assertIn("1 × Mug  €24.00", letter.body)
        self.assertIn("St James's Square", letter.body)

    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=9,
    )
    def test_a_mail_server_that_is_down_loses_no_order(self):
        self.fill_basket(1)

        with self.assertLogs("django.test", "ERROR"):
            response = self.place_order()

        self.assertContains(response, "Thank you")
        self.assertTrue(Order.objects.exists())

    def test_nothing_happens_when_somebody_was_faster(self):
        self.fill_basket(3)
        type(self.mug).objects.update(stock=1)

        response = self.place_order()

        self.assertRedirects(response, "/basket/")
        self.assertContains(response, "Only 1 left of Mug.")
        self.assertFalse(Order.objects.exists())
        self.mug.refresh_from_db()
        self.assertEqual(self.mug.stock, 1)

    def test_says_which_fields_are_wrong(self):
        self.fill_basket(1)

        response = self.client.post("/checkout/", {**CUSTOMER, "email": "nobody", "city": ""})

        self.assertEqual(response.status_code, 422)
        self.assertEqual(set(response.context["form"].errors), {"email", "city"})
        self.assertContains(response, 'aria-invalid="true"', count=2, status_code=422)

    def test_an_empty_basket_cannot_be_ordered(self):
        self.assertRedirects(self.client.post("/checkout/", CUSTOMER), "/basket/")

    def test_a_form_without_token_is_refused_with_our_own_page(self):
        response = Client(enforce_csrf_checks=True).post("/checkout/", CUSTOMER)

        self.assertContains(response, "That form was too old", status_code=403)

    def test_database_refuses_an_empty_line(self):
        order = Order.objects.create(**CUSTOMER)

        with self.assertRaisesMessage(IntegrityError, "order_line_quantity_positive"):
            OrderLine.objects.create(
                order=order, product=self.mug, quantity=0, unit_price=self.mug.price
            )
