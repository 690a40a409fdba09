from library.models.author import Author
from library.models.book import Book
from library.models.leaflet import Leaflet
from library.models.loan import Loan

__all__ = ["Author", "Book", "Leaflet", "Loan"]
