from config.tests.migrations import MigrationTestCase, migrate


class FillProductSkuTests(MigrationTestCase):
    def test_fills_the_empty_ones_and_takes_back_only_those(self):
        apps = migrate("catalog", "0005_product_sku")
        category = apps.get_model("catalog", "Category").objects.create(name="Table", slug="table")
        products = apps.get_model("catalog", "Product").objects
        values = {"category": category, "summary": "", "price": 1}
        typed = products.create(name="Typed", slug="typed", sku="MINE-1", **values)
        empty = products.create(name="Empty", slug="empty", **values)

        migrate("catalog", "0006_fill_product_sku")
        empty.refresh_from_db()
        typed.refresh_from_db()
        self.assertEqual((empty.sku, typed.sku), (f"DL-{empty.pk:05}", "MINE-1"))

        migrate("catalog", "0005_product_sku")
        empty.refresh_from_db()
        typed.refresh_from_db()
        self.assertEqual((empty.sku, typed.sku), (None, "MINE-1"))
