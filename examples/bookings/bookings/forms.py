from django import forms
from django.utils import timezone

from spaces.hours import CLOSES, HOURS, OPENS, last_day, moment


def clock(hours):
    return [(hour, f"{hour:02}:00") for hour in hours]


class BookingForm(forms.Form):
    day = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    starts = forms.TypedChoiceField(label="From", coerce=int, choices=clock(HOURS))
    ends = forms.TypedChoiceField(
        label="To", coerce=int, choices=clock(range(OPENS + 1, CLOSES + 1))
    )
    name = forms.CharField(
        label="Your name", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your e-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )

    def clean(self):
        cleaned = super().clean()
        day, starts, ends = (cleaned.get(name) for name in ("day", "starts", "ends"))
        if starts is not None and ends is not None and ends <= starts:
            self.add_error("ends", "The end must be after the beginning.")
        if day is not None and day > last_day():
            self.add_error("day", "That is too far ahead.")
        elif day is not None and starts is not None and moment(day, starts) <= timezone.now():
            self.add_error("starts", "That hour has begun already.")
        return cleaned
