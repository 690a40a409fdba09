from django.utils.functional import SimpleLazyObject

from catalog.models import Category


def categories(request):
    """The menu. Lazy, so that pages without one (the admin, for example) ask no query."""
    return {"menu_categories": SimpleLazyObject(lambda: list(Category.objects.all()))}
