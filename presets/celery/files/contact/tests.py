from django.core import mail
from django.test import TestCase

from config import celery_app
from contact.models import Message
from contact.tasks import forward


class ContactTest(TestCase):
    def setUp(self):
        # What is handed to the worker is done here and now.
        celery_app.conf.task_always_eager = True
        self.addCleanup(setattr, celery_app.conf, "task_always_eager", False)

    def test_a_message_is_kept_and_forwarded(self):
        with self.captureOnCommitCallbacks(execute=True):
            answer = self.client.post("/contact/", {"email": "ada@example.com", "text": "Hello"})
        self.assertRedirects(answer, "/contact/")
        self.assertEqual([sent.body for sent in mail.outbox], ["Hello"])
        self.assertIsNotNone(Message.objects.get().forwarded_at)

    def test_it_is_forwarded_once(self):
        message = Message.objects.create(email="ada@example.com", text="Hello")
        forward(message.pk)
        forward(message.pk)
        self.assertEqual([sent.reply_to for sent in mail.outbox], [["ada@example.com"]])

    def test_an_empty_message_is_asked_again(self):
        self.assertContains(self.client.post("/contact/", {}), "This field is required")
