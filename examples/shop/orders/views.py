from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from catalog.models import Product
from orders.basket import Basket, total
from orders.forms import BasketLineForm, CheckoutForm
from orders.models import Order
from orders.services import OutOfStock, place_order


@require_GET
def basket(request):
    lines = Basket(request.session).lines()
    return render(request, "orders/basket.html", {"lines": lines, "total": total(lines)})


@require_POST
def add_to_basket(request, slug):
    product = get_object_or_404(Product.objects.active(), slug=slug)
    form = BasketLineForm(request.POST)
    if form.is_valid():
        Basket(request.session).add(product, form.cleaned_data["quantity"])
        messages.success(request, f"{product.name} is in your basket.")
        return redirect("orders:basket")
    messages.error(request, "That quantity is not possible.")
    return redirect(product)


@require_POST
def change_basket(request, slug):
    product = get_object_or_404(Product, slug=slug)
    form = BasketLineForm(request.POST)
    if form.is_valid():
        Basket(request.session).set(product, form.cleaned_data["quantity"])
    else:
        messages.error(request, "That quantity is not possible.")
    return redirect("orders:basket")


@require_http_methods(["GET", "POST"])
def checkout(request):
    basket = Basket(request.session)
    lines = basket.lines()
    if not lines:
        return redirect("orders:basket")
    form = CheckoutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            order = place_order(form.save(commit=False), lines)
        except OutOfStock as error:
            messages.error(request, str(error))
            return redirect("orders:basket")
        basket.clear()
        return redirect(order)
    context = {"form": form, "lines": lines, "total": total(lines)}
    return render(request, "orders/checkout.html", context, status=422 if form.errors else 200)


@require_GET
def order(request, reference):
    order = get_object_or_404(Order.objects.with_total(), reference=reference)
    lines = order.lines.select_related("product")
    return render(request, "orders/order.html", {"order": order, "lines": lines})
