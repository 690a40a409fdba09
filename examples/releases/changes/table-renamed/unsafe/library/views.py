import json

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from library.models import Book, Flyer, Loan


@require_GET
def up(request):
    return HttpResponse("ok")


@require_GET
def books(request):
    found = Book.objects.select_related("author").order_by("title")[:50]
    return JsonResponse({"books": [{"title": book.title, "by": book.author.name} for book in found]})


@require_GET
def leaflets(request):
    return JsonResponse({"leaflets": [leaflet.title for leaflet in Flyer.objects.all()[:50]]})


# An API for programs: what it is called with carries no cookie that could be abused.
@csrf_exempt
def lend(request):
    if request.method != "POST":
        return JsonResponse({"loans": Loan.objects.count()})
    wanted = json.loads(request.body)
    book = Book.objects.get(isbn=wanted["isbn"])
    loan = Loan.objects.create(book=book, reader=wanted["reader"], borrowed_at=timezone.now())
    return JsonResponse({"loan": loan.pk}, status=201)


@csrf_exempt
def set_price(request, pk):
    book = Book.objects.get(pk=pk)
    if request.method == "POST":
        book.price = json.loads(request.body)["price"]
        book.save()
    return JsonResponse({"title": book.title, "price": str(book.price)})
