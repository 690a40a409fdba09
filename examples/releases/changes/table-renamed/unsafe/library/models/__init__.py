from library.models.author import Author
from library.models.book import Book
from library.models.flyer import Flyer
from library.models.loan import Loan

__all__ = ["Author", "Book", "Flyer", "Loan"]
