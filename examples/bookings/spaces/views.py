from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bookings.forms import BookingForm
from bookings.services import SpaceTaken, book

from .hours import HOURS, day_plan, days
from .models import Space


@require_GET
def home(request):
    day = asked_day(request)
    spaces = [(space, day_plan(space, day)) for space in Space.objects.all()]
    context = {"spaces": spaces, "day": day, "days": days(timezone.localdate()), "hours": HOURS}
    return render(request, "spaces/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def space(request, slug):
    found = get_object_or_404(Space, slug=slug)
    day = asked_day(request)
    if request.method == "POST":
        form = BookingForm(request.POST)
        if form.is_valid():
            day = form.cleaned_data["day"]
            try:
                booking = book(found, **form.cleaned_data, link=request.build_absolute_uri)
            except SpaceTaken as taken:
                form.add_error(None, str(taken))
            else:
                messages.success(request, f"Held for you. We wrote to {booking.email}.")
                return redirect(booking)
    else:
        form = BookingForm(initial={"day": day, **asked_hours(request)})
    context = {
        "space": found,
        "day": day,
        "days": days(timezone.localdate()),
        "plan": day_plan(found, day),
        "form": form,
    }
    return render(request, "spaces/space.html", context, status=422 if form.errors else 200)


def asked_day(request):
    """The day of the address, or today; a day that is over is today too."""
    today = timezone.localdate()
    try:
        return max(today, date.fromisoformat(request.GET.get("day", "")))
    except ValueError:
        return today


def asked_hours(request):
    hour = request.GET.get("from", "")
    return {"starts": int(hour), "ends": int(hour) + 1} if hour.isdecimal() else {}
