"""What a function sees of the system: its context. The types that authors see are in dovetail.pyi."""
import _dovetail_host as host
import _dovetail_link as wire


def text(value):
    return value if isinstance(value, str) else str(value)


HUNDRED_YEARS = 36525 * 24 * 3600 * 1000


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
            payload = wire.body(body, "the body of the request")
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


class Pieces:
    def __init__(self, context):
        self._context = context

    def __iter__(self):
        return self

    def __next__(self):
        piece = self._context.read().result()
        if piece is None:
            raise StopIteration
        return piece["data"]

    def __aiter__(self):
        return self

    async def __anext__(self):
        piece = await self._context.read()
        if piece is None:
            raise StopAsyncIteration
        return piece["data"]


class Context:
    """What is known of a call, and what can be asked while it runs. Questions are answered with a Pending."""

    def __init__(self, call, init, header):
        self._call = call
        self._steps = None
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
        self._attempt = header.get("attempt", 1)
        self.cause = header.get("cause")

    @property
    def is_replay(self):
        return self._call.replaying

    @property
    def effect_id(self):
        """Inside of a step, what is the same for every attempt of it; None outside."""
        scope = None if self._steps is None else self._steps.scope()
        return None if scope is None else scope.effect_id

    @property
    def attempt(self):
        """Of the step that the code is in, or of the call."""
        scope = None if self._steps is None else self._steps.scope()
        return self._attempt if scope is None else scope.attempt

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
        note = {"note": "log", "level": level, "message": wire.brief(text(message))}
        self._call.tell(note, wire.body(fields, "what is logged") if fields else b"")

    def progress(self, fraction, message=""):
        if not 0 <= fraction <= 1:
            raise ValueError("the fraction is from 0 to 1, not %r" % (fraction,))
        self._call.tell({"note": "progress", "fraction": fraction, "message": wire.brief(text(message))})

    def metric(self, name, value, **labels):
        named = {label: text(each) for label, each in labels.items()}
        self._call.tell({"note": "measure", "metric": name, "value": value, "labels": named})

    def now(self):
        return self._call.ask({"kind": "now"})

    def random(self, label=None):
        return self._call.ask({"kind": "random"} if label is None else {"kind": "random", "label": label})

    def sleep(self, milliseconds):
        if not 0 <= milliseconds <= HUNDRED_YEARS:
            raise ValueError("expected milliseconds from 0 to %d, a hundred years: %r" % (HUNDRED_YEARS, milliseconds))
        return self._call.ask({"kind": "sleep", "ms": int(milliseconds)}, meaning=lambda value: None)

    def secret(self, name):
        return self._call.ask({"kind": "secret", "name": name})

    def invoke(self, callable, params=None, mode="sync", timeout_ms=None, on_parent_end="cancel"):
        if mode not in ("sync", "async"):
            raise ValueError("not a mode: %r; expected sync or async" % (mode,))
        question = {"kind": "invoke", "callable": callable, "mode": mode, "onParentEnd": on_parent_end}
        if timeout_ms is not None:
            question["timeoutMs"] = int(timeout_ms)
        return self._call.ask(question, wire.body({} if params is None else params, "the input of the call"))

    @property
    def steps(self):
        if self._steps is None:
            self._steps = host.late("_dovetail_steps").Steps(self._call, self)
        return self._steps

    def step(self, name, fn, input=None, *, compensate=None, retry=None, timeout_ms=None):
        """Runs fn(ctx, input) and keeps what it returns: it never runs again once it has ended."""
        return self.steps.step(name, fn, input, compensate, retry, timeout_ms)

    def wait_event(self, type, filter="", timeout_ms=None):
        question = {"kind": "event", "type": type, "filter": filter}
        if timeout_ms is not None:
            question["timeoutMs"] = int(timeout_ms)
        return self._call.ask(question)

    def checkpoint(self, label=None):
        return self._other("checkpoint", label=label)

    def publish(self, topic, payload):
        return self._other("publish", ("payload",), topic=topic, payload=payload)

    def audit(self, action, details=None):
        return self._other("audit", action=action, details={} if details is None else details)

    def compensate(self, function, input=None, version=None):
        return self._other("compensate", ("input",), function=function, input=input, version=version)

    def signal(self, execution_id, name, payload=None):
        return self._other("signal", ("payload",), execution=execution_id, name=name, payload=payload)

    def approval(self, name, message=None, timeout_ms=None):
        return self._other("approval", name=name, message=message,
                           timeoutMs=None if timeout_ms is None else int(timeout_ms))

    def job_status(self, id):
        return self._other("job_status", id=id)

    def native_invoke(self, module, function, params=None, *, retry=None):
        again = retry and {"maxAttempts": retry.get("max_attempts", 1), "backoffMs": retry.get("backoff_ms", 0)}
        return self._other("module", ("params",), module=module, function=function, params=params, retry=again)

    def _other(self, asked, nullable=(), **arguments):
        given = {key: value for key, value in arguments.items() if value is not None or key in nullable}
        return self._call.ask({"kind": "other", "name": asked, "version": 1}, wire.body(given, "what is asked"))

    def read(self):
        """The next piece of a streamed input, as {"data": piece}; None at its end. One at a time."""
        return self._call.ask({"kind": "read"})

    @property
    def input(self):
        """The pieces of a streamed input, for "for" and "async for"."""
        return Pieces(self)

    def chunk(self, value):
        """Sends a piece of a streamed answer; wait for it, which is until there is room for more."""
        return self._call.ask({"kind": "chunk"}, wire.body(value, "the piece"))

    def call(self, name, version=1, **arguments):
        """Asks a function of the system that has no method of its own here."""
        return self._call.ask({"kind": "other", "name": name, "version": version}, wire.body(arguments, "what is asked"))

    def exit(self, error):
        """Ends the call with an error of the function's own: id, message, details."""
        if not isinstance(error, dict) or not isinstance(error.get("message"), str):
            raise TypeError("an error is a dict of id (a type's), message (a str) and details (a dict)")
        id = error.get("id", "gts.~")
        if not (isinstance(id, str) and id.startswith("gts.") and id.endswith("~")):
            raise ValueError("not the id of an error's type: %r; expected gts....~" % (id,))
        raise host.Exit(error)
