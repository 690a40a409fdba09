from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import TestCase, override_settings

from catalog.models import Product, Review, validate_static_image
from catalog.tests.factories import make_product

MANIFEST_STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


class RatingTests(TestCase):
    def test_counts_published_reviews_only(self):
        product = make_product()
        product.reviews.create(author="Ada", rating=5, text="Good", is_published=True)
        product.reviews.create(author="Bea", rating=4, text="Fine", is_published=True)
        product.reviews.create(author="Cy", rating=1, text="Spam", is_published=False)

        rated = Product.objects.with_rating().get(pk=product.pk)

        self.assertEqual((rated.rating, rated.review_count), (4.5, 2))

    def test_keeps_the_newest_first(self):
        older, newer = make_product(), make_product()

        self.assertEqual(list(Product.objects.with_rating()), [newer, older])

    def test_database_refuses_a_rating_of_six(self):
        with self.assertRaises(IntegrityError):
            Review.objects.create(product=make_product(), author="Ada", rating=6, text="!")


class SearchTests(TestCase):
    def test_every_word_must_match_somewhere(self):
        pot = make_product(name="Marsh teapot", summary="Round and green.")
        make_product(name="Marsh lamp", summary="Tall.")

        self.assertEqual(list(Product.objects.search("marsh green")), [pot])


class ImageTests(TestCase):
    def test_placeholder_without_an_image(self):
        self.assertEqual(make_product().image_url, "/static/img/products/placeholder.svg")

    def test_image_must_be_a_static_file(self):
        validate_static_image("img/products/marsh-teapot.svg")
        with self.assertRaisesMessage(ValidationError, "no static file img/gone.svg"):
            validate_static_image("img/gone.svg")

    @override_settings(STORAGES=MANIFEST_STORAGES)
    def test_image_that_left_the_release_does_not_break_the_page(self):
        staticfiles_storage.hashed_files = {
            "img/products/placeholder.svg": "img/products/placeholder.0a1b2c3d4e5f.svg"
        }
        product = make_product(image="img/gone.svg")

        self.assertEqual(product.image_url, "/static/img/products/placeholder.0a1b2c3d4e5f.svg")
