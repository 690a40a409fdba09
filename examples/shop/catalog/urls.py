from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("products/", views.ProductListView.as_view(), name="products"),
    path("products/<slug:category>/", views.ProductListView.as_view(), name="category"),
    path("product/<slug:slug>/", views.ProductDetailView.as_view(), name="product"),
    path("product/<slug:slug>/reviews/", views.add_review, name="add_review"),
]
