"""What a function asks of the system, and what comes back. What it sees of it is in the context."""
import os
import sys
from _thread import RLock, get_ident

import _dovetail_link as wire

HERE = os.path.dirname(os.path.abspath(__file__))


class Leave(BaseException):
    """The code has to leave: nothing that it does from here on counts. Not an Exception, so that few catch it."""


class HostError(Exception):
    """What was asked of the system was refused."""

    def __init__(self, ask, fault):
        super().__init__(fault["message"])
        self.ask = ask
        self.id = fault["id"]
        self.owner = fault["owner"]
        self.details = fault.get("details", {})


class Exit(Exception):
    """The function ends with an error of its own."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.error = error


class Nondeterministic(Exception):
    """A workflow does what would come out differently when it is replayed."""

    id = "gts.x.core.faas.err.v1~x.core._.nondeterministic_wait.v1~"
    place = {}


class Run:
    """The answer to a step whose code is to run."""

    def __init__(self, said):
        self.scope = said["scope"]
        self.attempt = said["attempt"]
        self.effect_id = said["effectId"]


class Pending:
    """An answer that is under way: result() waits for it, and so does await."""

    def __init__(self, call, meaning):
        self._call = call
        self._meaning = meaning
        self._done = False
        self._value = None
        self._error = None
        self._futures = []

    def _answer(self, value, error):
        self._done, self._value, self._error = True, value, error
        for future in self._futures:
            if not future.done():
                future.set_result(None)

    def _drop(self):
        for future in self._futures:
            future.cancel()

    def done(self):
        return self._done

    def result(self):
        if not self._done:
            self._call.wait_until(self.done)
        if self._error is not None:
            raise self._error
        return self._meaning(self._value)

    def __await__(self):
        if not self._done:
            import asyncio
            future = asyncio.get_running_loop().create_future()
            self._futures.append(future)
            yield from future
        return self.result()


class Call:
    """One call, as the protocol has it."""

    def __init__(self, link, function, header):
        self.link = link
        self.function = function
        self.code = function.code
        self.number = header["call"]
        self.durable = header.get("durable", False)
        self.replaying = header.get("replay", False)
        self.silence = late("_dovetail_silence").Silence() if self.replaying else None
        self.threads = {get_ident()}
        self.lock = RLock()
        self.asked = 0
        self.pending = {}
        self.wanting = False
        self.left = False
        self.over = False
        self.leave = None
        self.failure = None
        # of those that have steps: the scope that this code is in, who runs at once, tasks, and how many steps run
        self.scope = None
        self.turns = None
        self.tasks = []
        self.running = 0

    def check(self):
        if self.left:
            raise Leave()
        if self.over:
            raise RuntimeError("the system can be asked only while its call runs")

    def tell(self, note, payload=b""):
        self.check()
        if self.replaying:
            return  # it was told then
        note["call"] = self.number
        self.link.send(wire.NOTE, note, payload)

    def ask(self, question, payload=b"", meaning=lambda value: value, scope=None):
        """In the scope of the code that asks, unless another one is named; then it says where it is asked, too."""
        with self.lock:
            self.check()
            if self.durable and get_ident() not in self.threads:
                # the thread may end with it unheard, and the handler answer as if nothing were missing
                self.left = True
                self.failure = self.failure or Nondeterministic(
                    "A workflow asked the system from a thread of its own, whose turns would not be the same when it is "
                    "replayed; use ctx.steps.parallel, or asyncio.gather")
                raise self.failure
            if scope is None:
                self.place(question)
                scope = self.scope() if self.scope is not None else 0
            if scope:
                question["scope"] = scope
            self.asked += 1
            pending = Pending(self, meaning)
            self.pending[self.asked] = pending
            question["call"] = self.number
            question["ask"] = self.asked
            self.link.send(wire.ASK, question, payload)
            return pending

    def place(self, question):
        frame = sys._getframe(2)
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self.code):
                question["file"] = file[len(self.code):]
                question["line"] = frame.f_lineno
                return
            frame = frame.f_back

    def want(self):
        """Nothing can go on without another answer."""
        if self.pending and not self.wanting and not self.left:
            self.wanting = True
            self.link.send(wire.NEXT, {"call": self.number})

    def wait_until(self, done):
        if self.turns is not None and self.turns.wait_until(done):
            self.check()
            return
        with self.lock:
            while not done():
                self.wait()

    def wait(self):
        self.check()
        self.hear()
        self.check()

    def hear(self):
        self.want()
        self.take(*self.link.frame())

    def take(self, kind, header, payload):
        if kind == wire.PING:
            self.link.send(wire.PONG, {})
        elif header.get("call") != self.number:
            return
        elif kind == wire.REPLY:
            self.wanting = False
            if "live" in header:
                self.live()
            ask = header["ask"]
            pending = self.pending.pop(ask)
            if "refused" in header:
                pending._answer(None, HostError(ask, header["refused"]))
            elif "run" in header:
                pending._answer(Run(header["run"]), None)
            else:
                pending._answer(wire.decode(payload) if payload else None, None)
        elif kind == wire.STOP:
            self.go()

    def live(self):
        """From here on nothing is replayed: what is printed and told is new."""
        self.replaying = False
        if self.silence is not None:
            self.silence.lift()
            self.silence = None

    def go(self, failure=None):
        """The code has to leave."""
        self.left = True
        self.failure = self.failure or failure
        if self.leave is not None:
            self.leave()

    def end(self):
        """Whatever the code still does does not reach anybody."""
        self.over = True
        for pending in self.pending.values():
            pending._drop()
        self.live()


def late(name):
    """A module of these, which functions do not get to see by accident."""
    sys.path.insert(0, HERE)
    try:
        return __import__(name)
    finally:
        sys.path.remove(HERE)
