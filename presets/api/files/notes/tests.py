from django.contrib.auth.models import User
from rest_framework.test import APITestCase

from notes.models import Note


class NotesTest(APITestCase):
    def test_everybody_may_read(self):
        Note.objects.create(title="Milk")
        answer = self.client.get("/api/notes/")
        self.assertEqual([note["title"] for note in answer.json()["results"]], ["Milk"])

    def test_only_users_may_write(self):
        self.assertEqual(self.client.post("/api/notes/", {"title": "x"}).status_code, 403)
        self.client.force_authenticate(User.objects.create_user("ada"))
        answer = self.client.post("/api/notes/", {"title": "Milk"}, format="json")
        self.assertEqual(answer.status_code, 201)

    def test_health(self):
        self.assertEqual(self.client.get("/healthz/").json(), {"status": "ok"})
