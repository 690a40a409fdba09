from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .models import Booking
from .services import cancel, confirm


def find(token):
    return get_object_or_404(Booking.objects.select_related("space"), token=token)


@require_safe
@never_cache
def booking(request, token):
    return render(request, "bookings/booking.html", {"booking": find(token)})


@require_POST
def confirm_booking(request, token):
    found = find(token)
    if confirm(found):
        messages.success(request, "It is yours. A mail is on its way.")
    else:
        messages.error(request, "Too late: these hours were given back.")
    return redirect(found)


@require_POST
def cancel_booking(request, token):
    found = find(token)
    cancel(found)
    messages.success(request, "Cancelled. Thank you for letting others have it.")
    return redirect(found)
