from orders.basket import Basket


def basket(request):
    return {"basket_count": Basket(request.session).count}
