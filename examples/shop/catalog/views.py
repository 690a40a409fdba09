from django.contrib import messages
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView, TemplateView

from catalog.forms import ReviewForm
from catalog.models import Category, Product, Review


class HomeView(TemplateView):
    template_name = "catalog/home.html"

    def get_context_data(self, **kwargs):
        products = Product.objects.active().select_related("category").with_rating()
        return super().get_context_data(
            featured=products.filter(is_featured=True)[:4],
            newest=products.filter(is_featured=False)[:4],
            **kwargs,
        )


class ProductListView(ListView):
    template_name = "catalog/product_list.html"
    context_object_name = "products"
    paginate_by = 12
    category = None

    def get_queryset(self):
        products = Product.objects.active().select_related("category").with_rating()
        if "category" in self.kwargs:
            self.category = get_object_or_404(Category, slug=self.kwargs["category"])
            products = products.filter(category=self.category)
        return products.search(self.get_words())

    def get_words(self):
        return self.request.GET.get("q", "").strip()[:80]

    def get_context_data(self, **kwargs):
        return super().get_context_data(category=self.category, words=self.get_words(), **kwargs)


class ProductDetailView(DetailView):
    template_name = "catalog/product_detail.html"
    context_object_name = "product"

    def get_queryset(self):
        published = Review.objects.filter(is_published=True)
        return (
            Product.objects.active()
            .select_related("category")
            .with_rating()
            .prefetch_related(Prefetch("reviews", queryset=published, to_attr="published_reviews"))
        )

    def get_context_data(self, **kwargs):
        related = (
            Product.objects.active()
            .filter(category=self.object.category)
            .exclude(pk=self.object.pk)
            .select_related("category")
            .with_rating()[:4]
        )
        kwargs.setdefault("review_form", ReviewForm())
        return super().get_context_data(related=related, **kwargs)


@require_POST
def add_review(request, slug):
    product = get_object_or_404(Product.objects.active(), slug=slug)
    form = ReviewForm(request.POST, instance=Review(product=product))
    if form.is_valid():
        form.save()
        messages.success(request, "Thank you. Your review appears once we have read it.")
        return redirect(product)
    view = ProductDetailView()
    view.setup(request, slug=slug)
    view.object = view.get_object()
    context = view.get_context_data(review_form=form)
    return render(request, view.template_name, context, status=422)
