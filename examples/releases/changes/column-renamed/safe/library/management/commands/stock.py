"""Puts the books on the shelves, unless they stand there already."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from library.models import Author, Book, Leaflet, Loan

BOOKS = 600


class Command(BaseCommand):
    help = __doc__

    @transaction.atomic
    def handle(self, *args, **options):
        if Book.objects.exists():
            return
        author = Author.objects.create(name="Ines Falk", email="ines@example.com")
        Leaflet.objects.bulk_create(
            [Leaflet(title="Opening hours"), Leaflet(title="Reading for children")]
        )
        books = Book.objects.bulk_create(
            Book(
                author=author,
                title=f"Salt Road, part {number}",
                isbn=f"97800000{number:05d}",
                pages=100 + number % 400,
                price="9.90",
                # New books wait for a shelf.
                shelf=f"A{number}" if number % 10 else None,
                tongue="en",
            )
            for number in range(1, BOOKS + 1)
        )
        Loan.objects.bulk_create(
            Loan(book=book, reader=f"reader{book.pk}@example.com", borrowed_at=timezone.now())
            for book in books[:200]
        )
