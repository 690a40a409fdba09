from rest_framework import serializers

from catalog.models import Category, Product, Review


class CategorySerializer(serializers.ModelSerializer):
    product_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Category
        fields = ["slug", "name", "description", "product_count"]


class ReviewSerializer(serializers.ModelSerializer):
    class Meta:
        model = Review
        fields = ["author", "rating", "text", "created_at"]
        read_only_fields = ["created_at"]


class ProductListSerializer(serializers.ModelSerializer):
    """What a grid of products needs, and no more."""

    category = serializers.SlugRelatedField(slug_field="slug", read_only=True)
    url = serializers.HyperlinkedIdentityField(view_name="product-detail", lookup_field="slug")
    image = serializers.CharField(source="image_url", read_only=True)
    rating = serializers.FloatField(read_only=True)

    class Meta:
        model = Product
        fields = ["slug", "name", "price", "category", "image", "rating", "url"]


class ProductDetailSerializer(serializers.ModelSerializer):
    category = CategorySerializer(read_only=True)
    image = serializers.CharField(source="image_url", read_only=True)
    rating = serializers.FloatField(read_only=True)
    review_count = serializers.IntegerField(read_only=True)
    reviews = ReviewSerializer(source="published_reviews", many=True, read_only=True)

    class Meta:
        model = Product
        fields = [
            "slug",
            "sku",
            "name",
            "summary",
            "description",
            "price",
            "stock",
            "category",
            "image",
            "rating",
            "review_count",
            "reviews",
        ]
