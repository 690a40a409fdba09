from asyncio import sleep
from datetime import UTC, datetime

from django.http import StreamingHttpResponse
from django.shortcuts import render

TICKS = 30
SECONDS = 1


async def home(request):
    return render(request, "clock/home.html")


async def time(request):
    """Server-sent events for half a minute; a browser then asks again by itself, so that no
    connection holds up the end of a server for long."""
    ticks = 1 if request.headers.get("Accept") != "text/event-stream" else TICKS
    return StreamingHttpResponse(
        tell_time(ticks), content_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def tell_time(ticks):
    for tick in range(ticks):
        if tick:
            await sleep(SECONDS)
        yield f"data: {datetime.now(UTC):%H:%M:%S}\n\n"
