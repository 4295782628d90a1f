"""What a function sees of the system: its context, and what it can ask."""
import sys
from _thread import RLock

import _dovetail_link as wire


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

    def done(self):
        return self._done

    def result(self):
        with self._call.lock:
            while not self._done:
                self._call.wait()
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

    def __init__(self, link, code, number):
        self.link = link
        self.code = code
        self.number = number
        self.lock = RLock()
        self.asked = 0
        self.pending = {}
        self.wanting = False
        self.left = False
        self.over = False
        self.leave = None

    def check(self):
        if self.left:
            raise Leave()
        if self.over:
            raise RuntimeError("the system can be asked only while its call runs")

    def tell(self, note, payload=b""):
        self.check()
        note["call"] = self.number
        self.link.send(wire.NOTE, note, payload)

    def ask(self, question, payload=b"", meaning=lambda value: value):
        with self.lock:
            self.check()
            self.asked += 1
            pending = Pending(self, meaning)
            self.pending[self.asked] = pending
            question["call"] = self.number
            question["ask"] = self.asked
            self.place(question)
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

    def wait(self):
        self.check()
        self.want()
        self.take(*self.link.frame())
        self.check()

    def take(self, kind, header, payload):
        if kind == wire.PING:
            self.link.send(wire.PONG, {})
        elif header.get("call") != self.number:
            return
        elif kind == wire.REPLY:
            self.wanting = False
            ask = header["ask"]
            pending = self.pending.pop(ask)
            if "refused" in header:
                pending._answer(None, HostError(ask, header["refused"]))
            else:
                pending._answer(wire.decode(payload) if payload else None, None)
        elif kind == wire.STOP:
            self.left = True
            if self.leave is not None:
                self.leave()


def text(value):
    return value if isinstance(value, str) else str(value)


class Http:
    def __init__(self, call):
        self._call = call

    def request(self, method, url, body=None, headers=None, timeout_ms=30000, retry=None):
        named = {}
        for name, value in (headers or {}).items():
            named[name] = [text(each) for each in value] if isinstance(value, (list, tuple)) else [text(value)]
        if body is None:
            payload = b""
        elif isinstance(body, (bytes, bytearray)):
            payload = bytes(body)
        elif isinstance(body, str):
            payload = body.encode("utf-8")
        else:
            payload = wire.body(body)
            if not any(name.lower() == "content-type" for name in named):
                named["content-type"] = ["application/json"]
        question = {"kind": "http", "method": method, "url": url, "headers": named, "timeoutMs": int(timeout_ms)}
        if retry:
            question["retry"] = {"attempts": retry.get("max_attempts", 1), "backoffMs": retry.get("backoff_ms", 0)}
        return self._call.ask(question, payload)

    def get(self, url, **more):
        return self.request("GET", url, **more)

    def post(self, url, body=None, **more):
        return self.request("POST", url, body, **more)


class Identity:
    def __init__(self, said):
        self.type = said["type"]
        self.id = said["id"]
        self.tenant_id = said["tenantId"]
        self.roles = said["roles"]
        self.permissions = said["permissions"]
        self.scopes = said["scopes"]
        self.expires_at = said.get("expiresAt")


class Context:
    """What is known of a call, and what can be asked while it runs. Questions are answered with a Pending."""

    def __init__(self, call, init, header):
        self._call = call
        self._deadline = header["deadline"]
        self._identity = header["identity"]
        self.execution_id = self.aws_request_id = header["execution"]
        self.correlation_id = header.get("correlation", self.execution_id)
        parts = header.get("traceparent", "").split("-")
        self.trace_id = parts[1] if len(parts) == 4 else ""
        self.tenant_id = init["tenantId"]
        self.function_name = init["functionName"]
        self.version = init["version"]
        self.function_version = str(init["version"])
        self.memory_limit_in_mb = init["memoryMb"]
        self.attempt = header.get("attempt", 1)
        self.is_replay = header.get("replay", False)

    @property
    def identity(self):
        return Identity(self._identity)

    @property
    def deadline(self):
        import time
        seconds, rest = divmod(self._deadline, 1000)
        return "%s.%03dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)), rest)

    def get_remaining_time_in_millis(self):
        import time
        return max(0, self._deadline - int(time.time() * 1000))

    @property
    def http(self):
        return Http(self._call)

    def log(self, message, level="info", **fields):
        note = {"note": "log", "level": level, "message": text(message)}
        self._call.tell(note, wire.body(fields) if fields else b"")

    def progress(self, fraction, message=""):
        if not 0 <= fraction <= 1:
            raise ValueError("the fraction is from 0 to 1, not %r" % (fraction,))
        self._call.tell({"note": "progress", "fraction": fraction, "message": text(message)})

    def metric(self, name, value, **labels):
        named = {label: text(each) for label, each in labels.items()}
        self._call.tell({"note": "measure", "metric": name, "value": value, "labels": named})

    def now(self):
        return self._call.ask({"kind": "now"})

    def random(self, label=None):
        return self._call.ask({"kind": "random"} if label is None else {"kind": "random", "label": label})

    def sleep(self, milliseconds):
        if milliseconds < 0:
            raise ValueError("milliseconds cannot be negative: %r" % (milliseconds,))
        return self._call.ask({"kind": "sleep", "ms": int(milliseconds)}, meaning=lambda value: None)

    def secret(self, name):
        return self._call.ask({"kind": "secret", "name": name})

    def invoke(self, callable, params=None, mode="sync", timeout_ms=30000, on_parent_end="cancel"):
        if mode not in ("sync", "async"):
            raise ValueError("not a mode: %r; expected sync or async" % (mode,))
        question = {"kind": "invoke", "callable": callable, "mode": mode, "timeoutMs": int(timeout_ms),
                    "onParentEnd": on_parent_end}
        return self._call.ask(question, wire.body({} if params is None else params))

    def wait_for_event(self, type, filter="", timeout_ms=None):
        question = {"kind": "event", "type": type, "filter": filter}
        if timeout_ms is not None:
            question["timeoutMs"] = int(timeout_ms)
        return self._call.ask(question)

    def read(self):
        """The next piece of a streamed input."""
        return self._call.ask({"kind": "read"})

    def write(self, data):
        """Sends a piece of a streamed answer."""
        payload = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        return self._call.ask({"kind": "chunk"}, payload)

    def call(self, name, version=1, **arguments):
        """Asks a function of the system that has no method of its own here."""
        return self._call.ask({"kind": "other", "name": name, "version": version}, wire.body(arguments))

    def exit(self, error):
        """Ends the call with an error of the function's own: id, message, details."""
        if not isinstance(error, dict) or not isinstance(error.get("message"), str):
            raise TypeError("an error is a dict of id (a type's), message (a str) and details (a dict)")
        raise Exit(error)
