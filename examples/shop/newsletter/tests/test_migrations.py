from config.tests.migrations import MigrationTestCase, migrate


class OneRowPerAddressTests(MigrationTestCase):
    def test_keeps_the_oldest_row_of_an_address(self):
        apps = migrate("newsletter", "0002_subscriber_source")
        subscribers = apps.get_model("newsletter", "Subscriber").objects
        oldest = subscribers.create(email="Ada@Example.com")
        subscribers.create(email="ada@example.com")
        subscribers.create(email="bea@example.com")

        migrate("newsletter", "0004_subscriber_unique_email")

        self.assertEqual(
            sorted(subscribers.values_list("email", flat=True)),
            ["ada@example.com", "bea@example.com"],
        )
        self.assertTrue(subscribers.filter(pk=oldest.pk).exists())
