from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise for ASGI.

    Its own middleware is not async: everything around it would run in a thread, and Django warns
    of every file, which it reads in whole before it answers.
    """

    async_capable = True

    def __init__(self, get_response):
        self.next = get_response
        super().__init__(lambda request: None)
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self.call_async(request)
        return super().__call__(request) or self.next(request)

    async def call_async(self, request):
        find = super().__call__
        # In development it looks at the disk, in production into a dictionary.
        response = await sync_to_async(find)(request) if self.autorefresh else find(request)
        if response is None:
            return await self.next(request)
        if response.streaming:
            response.streaming_content = read_in_thread(response.streaming_content)
        return response


async def read_in_thread(chunks):
    while (chunk := await sync_to_async(next)(chunks, None)) is not None:
        yield chunk
