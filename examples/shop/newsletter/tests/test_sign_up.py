from django.test import TestCase

from newsletter.models import Subscriber


class SignUpTests(TestCase):
    def test_form(self):
        response = self.client.post("/newsletter/", {"email": "Ada@Example.com"}, follow=True)

        self.assertContains(response, "You are on the list.")
        self.assertEqual(Subscriber.objects.get().email, "ada@example.com")

    def test_form_with_a_wrong_address(self):
        response = self.client.post("/newsletter/", {"email": "ada"})

        self.assertEqual(response.status_code, 422)
        self.assertFalse(Subscriber.objects.exists())

    def test_api_does_not_tell_who_is_on_the_list(self):
        answers = [
            self.client.post("/api/newsletter/", {"email": email}, content_type="application/json")
            for email in ["ada@example.com", "ADA@example.com"]
        ]

        self.assertEqual([answer.status_code for answer in answers], [202, 202])
        self.assertEqual(answers[0].json(), answers[1].json())
        self.assertEqual(Subscriber.objects.count(), 1)
