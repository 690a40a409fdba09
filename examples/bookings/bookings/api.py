import json

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from spaces.models import Space

from .forms import BookingForm
from .services import SpaceTaken, book


@csrf_exempt
@require_POST
def bookings(request):
    """Open to everybody, so it reads no cookie and needs no token against forgery."""
    try:
        data = json.loads(request.body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        return problem(400, "Send one JSON object.")
    space = Space.objects.filter(slug=str(data.get("space", ""))).first()
    if space is None:
        return problem(404, "There is no such space.")
    form = BookingForm(data)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    try:
        booking = book(space, **form.cleaned_data, link=request.build_absolute_uri)
    except SpaceTaken as taken:
        return problem(409, str(taken))
    url = request.build_absolute_uri(booking.get_absolute_url())
    return JsonResponse({"status": booking.status, "url": url}, status=201)


def problem(status, text):
    return JsonResponse({"error": text}, status=status)
