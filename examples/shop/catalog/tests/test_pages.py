from django.test import TestCase
from django.urls import reverse

from catalog.models import Review
from catalog.tests.factories import make_category, make_product


class HomeTests(TestCase):
    def test_an_empty_shop_has_a_first_page(self):
        response = self.client.get("/")

        self.assertContains(response, "The shelves are being filled")

    def test_shows_featured_products_and_the_menu(self):
        category = make_category(name="Table")
        product = make_product(name="Harbour mug", category=category, is_featured=True)
        make_product(name="Hidden bowl", category=category, is_active=False)

        response = self.client.get("/")

        self.assertContains(response, product.get_absolute_url())
        self.assertContains(response, category.get_absolute_url())
        self.assertNotContains(response, "Hidden bowl")

    def test_number_of_queries_does_not_grow_with_the_products(self):
        for _ in range(8):
            make_product(is_featured=True)

        with self.assertNumQueries(3):
            self.client.get("/")

    def test_looking_around_starts_no_session(self):
        make_product()

        self.client.get("/")

        self.assertNotIn("sessionid", self.client.cookies)


class ProductListTests(TestCase):
    def test_one_category(self):
        mug, lamp = make_product(name="Mug"), make_product(name="Lamp")

        response = self.client.get(mug.category.get_absolute_url())

        self.assertEqual(list(response.context["products"]), [mug])
        self.assertNotContains(response, lamp.get_absolute_url())

    def test_unknown_category(self):
        self.assertEqual(self.client.get("/products/nothing/").status_code, 404)

    def test_search_is_escaped_and_kept_across_pages(self):
        for _ in range(13):
            make_product(name="Tea <b>cup</b>")

        response = self.client.get("/products/", {"q": "<b>cup"})

        self.assertContains(response, "&lt;b&gt;cup")
        self.assertNotContains(response, "<b>cup")
        self.assertContains(response, "?q=%3Cb%3Ecup&amp;page=2")


class ProductPageTests(TestCase):
    def test_hidden_products_have_no_page(self):
        product = make_product(is_active=False)

        self.assertEqual(self.client.get(product.get_absolute_url()).status_code, 404)

    def test_sold_out_products_cannot_be_bought(self):
        product = make_product(stock=0)

        response = self.client.get(product.get_absolute_url())

        self.assertContains(response, "Sold out for now")
        self.assertNotContains(response, "Add to basket")


class ReviewTests(TestCase):
    def setUp(self):
        self.product = make_product()
        self.url = reverse("catalog:add_review", args=[self.product.slug])

    def test_waits_for_somebody_to_publish_it(self):
        data = {"author": "Ada", "rating": "5", "text": "A joy."}

        response = self.client.post(self.url, data, follow=True)

        self.assertRedirects(response, self.product.get_absolute_url())
        self.assertContains(response, "Your review appears once we have read it")
        self.assertFalse(Review.objects.get(author="Ada").is_published)
        self.assertNotContains(response, "A joy.")

    def test_says_what_is_missing_and_keeps_what_was_typed(self):
        response = self.client.post(self.url, {"author": "Ada", "rating": "9", "text": ""})

        self.assertEqual(response.status_code, 422)
        self.assertContains(response, 'value="Ada"', status_code=422)
        self.assertEqual(set(response.context["review_form"].errors), {"rating", "text"})
        self.assertFalse(Review.objects.exists())

    def test_cannot_be_asked_for_with_get(self):
        self.assertEqual(self.client.get(self.url).status_code, 405)
