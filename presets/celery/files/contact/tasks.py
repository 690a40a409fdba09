"""Run by the worker. A task may be run twice, so each looks before it acts."""

from datetime import timedelta
from smtplib import SMTPException

from celery import shared_task
from celery.utils.log import get_task_logger
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from contact.models import Message

logger = get_task_logger(__name__)

KEPT_FOR = timedelta(days=90)


@shared_task(
    autoretry_for=(OSError, SMTPException), retry_backoff=True, retry_jitter=True, max_retries=6
)
def forward(message_id):
    message = Message.objects.filter(pk=message_id, forwarded_at=None).first()
    if message is None:
        return
    EmailMessage(
        "A message from the website",
        message.text,
        to=[settings.CONTACT_EMAIL],
        reply_to=[message.email],
    ).send()
    Message.objects.filter(pk=message_id).update(forwarded_at=timezone.now())
    logger.info("forwarded message %s", message_id)


@shared_task
def forget_old_messages():
    count, _ = Message.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    logger.info("forgot %s messages", count)
