from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("basket/", views.basket, name="basket"),
    path("basket/add/<slug:slug>/", views.add_to_basket, name="add_to_basket"),
    path("basket/change/<slug:slug>/", views.change_basket, name="change_basket"),
    path("checkout/", views.checkout, name="checkout"),
    path("orders/<uuid:reference>/", views.order, name="order"),
]
