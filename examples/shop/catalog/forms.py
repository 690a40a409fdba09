from django import forms

from catalog.models import Review

RATINGS = [
    (5, "5 – excellent"),
    (4, "4 – good"),
    (3, "3 – all right"),
    (2, "2 – poor"),
    (1, "1 – bad"),
]


class ReviewForm(forms.ModelForm):
    rating = forms.TypedChoiceField(coerce=int, choices=RATINGS)

    class Meta:
        model = Review
        fields = ["author", "rating", "text"]
        widgets = {
            "author": forms.TextInput(attrs={"autocomplete": "name"}),
            "text": forms.Textarea(attrs={"rows": 4}),
        }
