from django.urls import path

from library import views

urlpatterns = [
    path("up/", views.up),
    path("books/", views.books),
    path("books/<int:pk>/price/", views.set_price),
    path("leaflets/", views.leaflets),
    path("loans/", views.lend),
]
