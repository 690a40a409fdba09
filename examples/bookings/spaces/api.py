from asgiref.sync import sync_to_async
from django.http import Http404, JsonResponse
from django.views.decorators.http import require_GET

from .hours import day_plan
from .models import Space


@require_GET
async def spaces(request):
    found = [
        {
            "slug": space.slug,
            "name": space.name,
            "kind": space.kind,
            "seats": space.seats,
            "place": space.place,
            "url": request.build_absolute_uri(space.get_absolute_url()),
        }
        async for space in Space.objects.all()
    ]
    return JsonResponse({"spaces": found})


@require_GET
async def space_day(request, slug, day):
    try:
        space = await Space.objects.aget(slug=slug)
    except Space.DoesNotExist:
        raise Http404 from None
    plan = await sync_to_async(day_plan)(space, day)
    free = [hour.number for hour in plan if hour.is_free]
    return JsonResponse({"space": space.slug, "day": day.isoformat(), "free": free})
