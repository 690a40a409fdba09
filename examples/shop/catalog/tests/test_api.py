from django.test import TestCase

from catalog.models import Review
from catalog.tests.factories import make_category, make_product


class ProductApiTests(TestCase):
    def test_list_is_short_and_detail_is_full(self):
        product = make_product(name="Harbour mug")
        product.reviews.create(author="Ada", rating=5, text="Good", is_published=True)
        product.reviews.create(author="Cy", rating=1, text="Spam", is_published=False)

        [row] = self.client.get("/api/products/").json()["results"]
        detail = self.client.get(row["url"]).json()

        self.assertEqual(set(row), {"slug", "name", "price", "category", "image", "rating", "url"})
        self.assertEqual(row["category"], product.category.slug)
        self.assertEqual(detail["category"]["product_count"], 1)
        self.assertEqual([review["author"] for review in detail["reviews"]], ["Ada"])
        self.assertEqual((detail["price"], detail["stock"]), ("20.00", 10))

    def test_number_of_queries_does_not_grow_with_the_products(self):
        for _ in range(10):
            make_product()

        with self.assertNumQueries(2):
            self.client.get("/api/products/")

    def test_hidden_products_are_not_found(self):
        product = make_product(is_active=False)

        self.assertEqual(self.client.get(f"/api/products/{product.slug}/").status_code, 404)

    def test_a_review_is_accepted_and_not_yet_published(self):
        product = make_product()
        url = f"/api/products/{product.slug}/reviews/"
        review = {"author": "Ada", "rating": 4, "text": "Good", "is_published": True}

        response = self.client.post(url, review, content_type="application/json")

        self.assertEqual(response.status_code, 202)
        self.assertFalse(Review.objects.get().is_published)

    def test_a_bad_review_is_explained(self):
        url = f"/api/products/{make_product().slug}/reviews/"

        response = self.client.post(url, {"rating": 7}, content_type="application/json")

        self.assertEqual(response.status_code, 400)
        self.assertEqual(set(response.json()), {"author", "rating", "text"})

    def test_products_cannot_be_written(self):
        response = self.client.post("/api/products/", {}, content_type="application/json")

        self.assertEqual(response.status_code, 405)


class CategoryApiTests(TestCase):
    def test_in_the_order_of_the_menu_with_visible_products_counted(self):
        second = make_category(slug="second", position=2)
        make_category(slug="first", position=1)
        make_product(category=second)
        make_product(category=second, is_active=False)

        results = self.client.get("/api/categories/").json()["results"]

        self.assertEqual(
            [(row["slug"], row["product_count"]) for row in results],
            [("first", 0), ("second", 1)],
        )
