from django.db.models import Count, Prefetch, Q
from rest_framework.decorators import action
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.status import HTTP_202_ACCEPTED
from rest_framework.viewsets import ReadOnlyModelViewSet

from catalog.models import Category, Product, Review
from catalog.serializers import (
    CategorySerializer,
    ProductDetailSerializer,
    ProductListSerializer,
    ReviewSerializer,
)

CATEGORIES = Category.objects.annotate(
    product_count=Count("products", filter=Q(products__is_active=True))
).order_by("position", "name")


class CategoryViewSet(ReadOnlyModelViewSet):
    queryset = CATEGORIES
    serializer_class = CategorySerializer
    lookup_field = "slug"


class ProductViewSet(ReadOnlyModelViewSet):
    lookup_field = "slug"

    def get_queryset(self):
        products = Product.objects.active().with_rating()
        if self.action == "list":
            return products.select_related("category")
        published = Review.objects.filter(is_published=True)
        return products.prefetch_related(
            Prefetch("category", queryset=CATEGORIES.all()),
            Prefetch("reviews", queryset=published, to_attr="published_reviews"),
        )

    def get_serializer_class(self):
        return {"list": ProductListSerializer, "reviews": ReviewSerializer}.get(
            self.action, ProductDetailSerializer
        )

    @action(detail=True, methods=["post"])
    def reviews(self, request, slug):
        """Accepts a review; it appears once somebody of the shop has published it."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save(product=self.get_object())
        return Response(serializer.data, status=HTTP_202_ACCEPTED)


router = DefaultRouter()
router.register("categories", CategoryViewSet, basename="category")
router.register("products", ProductViewSet, basename="product")
