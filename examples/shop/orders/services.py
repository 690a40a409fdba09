import logging

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from catalog.models import Product
from orders.models import Order, OrderLine

logger = logging.getLogger(__name__)


class OutOfStock(Exception):
    def __init__(self, product):
        super().__init__(f"Only {product.stock} left of {product.name}.")
        self.product = product


@transaction.atomic
def place_order(order, basket_lines):
    """Saves the order with its lines and takes them out of stock, all or nothing.

    Raises OutOfStock when somebody was faster.
    """
    quantities = {line.product.pk: line.quantity for line in basket_lines}
    # Locked in one order everywhere, so that two orders never wait for each other.
    products = Product.objects.select_for_update().filter(pk__in=quantities).order_by("pk")
    order.save()
    for product in products:
        quantity = quantities[product.pk]
        if product.stock < quantity:
            raise OutOfStock(product)
        OrderLine.objects.create(
            order=order, product=product, quantity=quantity, unit_price=product.price
        )
        Product.objects.filter(pk=product.pk).update(stock=F("stock") - quantity)
    # Robust: a mail server that is down is an error in the log, not a lost order.
    transaction.on_commit(lambda: send_confirmation(order.pk), robust=True)
    logger.info("order placed", extra={"order": order.short_reference, "lines": len(quantities)})
    return order


def send_confirmation(order_pk):
    order = Order.objects.with_total().get(pk=order_pk)
    context = {"order": order, "lines": order.lines.select_related("product")}
    send_mail(
        subject=f"Your order {order.short_reference}",
        message=render_to_string("orders/email/confirmation.txt", context),
        from_email=None,
        recipient_list=[order.email],
    )
