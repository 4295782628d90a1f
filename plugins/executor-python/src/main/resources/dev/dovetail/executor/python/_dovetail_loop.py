"""Handlers that are coroutines: an event loop that asks the system for answers when it has nothing else to do."""
import asyncio
import selectors

import _dovetail_host as host
import _dovetail_link as wire

WAITED = ("Outside of a step a workflow waited for something that does not come from the system, such as asyncio.sleep, a socket "
          "or a thread: replayed, it would come out differently. Wait with ctx.sleep or ctx.wait_event, or put it into a step "
          "with ctx.step")
PATIENCE = 0.2


class Idle(selectors.DefaultSelector):
    """Knows when the loop can go no further by itself."""

    idle = None

    def select(self, timeout=None):
        if (timeout is None or timeout > 0) and self.idle is not None and self.idle():
            timeout = 0
        return super().select(timeout)


_selector = Idle()
_loop = asyncio.SelectorEventLoop(_selector)
asyncio.set_event_loop(_loop)


def here():
    """Whether this loop is running, on this thread."""
    return asyncio._get_running_loop() is _loop


def task(call, coroutine, told):
    """Runs beside what runs, and not longer than the call; told says what it is."""
    made = _loop.create_task(coroutine)
    call.tasks.append((made, told))
    return made


async def _whole(result):
    return await result


def waiting(coroutine, code):
    """The innermost line of the function's at which it waits."""
    place = {}
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if frame is not None and frame.f_code.co_filename.startswith(code):
            place = {"file": frame.f_code.co_filename[len(code):], "line": frame.f_lineno}
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
    return place


class Running:
    """One coroutine on the loop, until it has ended."""

    def __init__(self, call, result):
        self.call = call
        self.whole = _whole(result)
        self.task = _loop.create_task(self.whole)
        call.leave = self.task.cancel

    def idle(self):
        """Answers whether something has become ready by it."""
        call = self.call
        if self.task.done():
            return False
        if call.left:
            self.task.cancel()  # it waits on, after it was told to leave
            return True
        if call.durable and not call.pending and call.running == 0:
            failure = host.Nondeterministic(WAITED)
            failure.place = waiting(self.whole, call.code)
            call.go(failure)
            return True
        call.want()
        return False

    def heard(self):
        link = self.call.link
        try:
            link.read()
        except wire.Closed:
            self.task.cancel()
            return
        frame = link.complete()
        while frame is not None:
            self.call.take(*frame)
            frame = link.complete()

    def complain(self):
        """Tells of what failed and was not waited for: the call ends as if it had not."""
        for each, told in [] if self.call.left else self.call.tasks:
            # what asyncio itself goes by when it says that an exception was never retrieved
            if each.done() and not each.cancelled() and getattr(each, "_log_traceback", False):
                message = "%s failed, and nobody waited for it: %s" % (told, each.exception())
                self.call.tell({"note": "log", "level": "warning", "message": message})

    def end(self):
        """Ends what it began and did not wait for."""
        call = self.call
        call.leave = None
        left = [each for each, _ in call.tasks if not each.done()]
        call.tasks = []
        for each in left:
            each.cancel()
        if left:
            _selector.idle = None
            _loop.run_until_complete(asyncio.wait(left, timeout=PATIENCE))


def run(call, result):
    """What the awaitable results in."""
    if _loop.is_running():
        if hasattr(result, "close"):
            result.close()
        raise TypeError("plain code that a coroutine calls cannot wait for a coroutine; make it one too, and await it")
    running = Running(call, result)
    _selector.idle = running.idle
    _loop.add_reader(call.link.into, running.heard)
    try:
        result = _loop.run_until_complete(running.task)
        running.complain()
        return result
    except asyncio.CancelledError:
        if call.left:
            raise host.Leave() from None
        raise RuntimeError("the handler was cancelled by itself") from None
    finally:
        _loop.remove_reader(call.link.into)
        running.end()
        _selector.idle = None
