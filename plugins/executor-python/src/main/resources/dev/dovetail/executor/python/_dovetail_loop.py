"""Handlers that are coroutines: an event loop that asks the system for answers when it has nothing else to do."""
import asyncio
import selectors

import _dovetail_host as host
import _dovetail_link as wire


class Idle(selectors.DefaultSelector):
    """Knows when the loop can go no further by itself."""

    call = None

    def select(self, timeout=None):
        if (timeout is None or timeout > 0) and self.call is not None:
            self.call.want()
        return super().select(timeout)


_selector = Idle()
_loop = asyncio.SelectorEventLoop(_selector)
asyncio.set_event_loop(_loop)


async def _whole(result):
    return await result


def run(call, result):
    """What the awaitable results in."""
    task = _loop.create_task(_whole(result))
    call.leave = task.cancel
    _selector.call = call
    link = call.link

    def heard():
        try:
            link.read()
        except wire.Closed:
            task.cancel()
            return
        frame = link.complete()
        while frame is not None:
            call.take(*frame)
            frame = link.complete()

    _loop.add_reader(link.into, heard)
    try:
        return _loop.run_until_complete(task)
    except asyncio.CancelledError:
        if call.left:
            raise host.Leave() from None
        raise RuntimeError("the handler was cancelled by itself") from None
    finally:
        _loop.remove_reader(link.into)
        _selector.call = None
