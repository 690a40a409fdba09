from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import TestCase, override_settings

NOWHERE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://localhost:1/0",
    }
}


class HealthTests(TestCase):
    @override_settings(ALLOWED_HOSTS=["alcove.example.com"], SECURE_SSL_REDIRECT=True)
    def test_answers_a_probe_by_address_over_http(self):
        response = self.client.get("/healthz/", headers={"host": "172.17.0.4:8000"})

        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.json(), {"status": "ok", "database": "ok", "redis": "ok"})

    async def test_answers_under_asgi_too(self):
        response = await self.async_client.get("/healthz/")

        self.assertEqual(response.status_code, 200)

    def test_says_that_the_database_is_gone(self):
        def refuse(*_):
            raise OperationalError("the database is down")

        with connection.execute_wrapper(refuse), self.assertLogs("config.health", "WARNING"):
            response = self.client.get("/healthz/")

        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["database"], "unreachable")

    @override_settings(CACHES=NOWHERE)
    def test_says_that_redis_is_gone(self):
        with self.assertLogs("config.health", "WARNING"):
            response = self.client.get("/healthz/")

        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["redis"], "unreachable")
        self.assertEqual(response.json()["database"], "ok")

    def tearDown(self):
        cache.clear()
