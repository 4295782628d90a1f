"""Steps of workflows, one after another and at once."""
import sys
from contextvars import ContextVar, copy_context
from functools import partial

import _dovetail_host as host
import _dovetail_link as wire
from _dovetail_errors import explain

# what a retry may say, as the protocol has it, and what it has to be
RETRY = {
    "max_attempts": ("maxAttempts", lambda value: isinstance(value, int) and 1 <= value <= 1000, "a whole number from 1"),
    "backoff_ms": ("initialDelayMs", lambda value: isinstance(value, int) and value >= 0, "whole milliseconds"),
    "multiplier": ("multiplier", lambda value: isinstance(value, (int, float)) and value >= 1, "a number from 1"),
    "max_backoff_ms": ("maxDelayMs", lambda value: isinstance(value, int) and value >= 0, "whole milliseconds"),
    "non_retryable": ("nonRetryable", lambda value: all(isinstance(each, str) for each in value), "ids of errors"),
    "unknown": ("unknown", lambda value: value in ("run_again", "ask_operator"), "run_again or ask_operator"),
}
TIMEOUT = "gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.timeout.v1~"
LANES = 64

_within = ContextVar("dovetail_scope", default=None)


class Scope:
    """What the code of one attempt of a step asks in."""

    def __init__(self, call, run, label, plain):
        self.call = call
        self.number = run.scope
        self.attempt = run.attempt
        self.effect_id = run.effect_id
        self.label = label
        self.plain = plain
        self.closed = False

    def __enter__(self):
        self.call.running += 1
        self.token = _within.set(self)
        return self

    def __exit__(self, *error):
        self.closed = True
        self.call.running -= 1
        _within.reset(self.token)


class Begun:
    """A step that was asked for."""

    def __init__(self, call, name, fn, body, question, timeout_ms):
        self.call = call
        self.name = name
        self.fn = fn
        self.body = body
        self.timeout_ms = timeout_ms
        self.answer = call.ask(question, body)
        self.outer = question.get("scope", 0)
        self.place = {key: question[key] for key in ("file", "line") if key in question}

    def told(self):
        """What it is called where it is spoken of."""
        place = " (%(file)s:%(line)s)" % self.place if self.place else ""
        return 'The step "%s"%s' % (self.name, place)

    def done(self, run, result):
        payload = wire.body(result, "the result of the step %r" % self.name)
        most = self.call.function.init["outputBytes"]
        if len(payload) > most:
            raise ValueError("the step %r returns %d bytes; at most %d are allowed" % (self.name, len(payload), most))
        return dict(self.place, kind="stepDone", of=run.scope), payload

    def failed(self, run, error):
        return dict(explain(error, self.call.code), kind="stepDone", of=run.scope), b""

    def report(self, question, payload):
        return self.call.ask(question, payload, scope=self.outer)


class Outcome:
    """How one of several steps ended."""

    def __init__(self, value, error):
        self.ok = error is None
        self.value = value
        self.error = error


class Steps:
    """The steps of one call."""

    def __init__(self, call, context):
        self._call = call
        self._context = context
        call.scope = self._number

    def _number(self):
        scope = self.scope()
        if scope is None:
            return 0
        if scope.closed:
            raise RuntimeError("the step %r has ended; nothing can be asked in it any more" % (scope.label,))
        return scope.number

    def scope(self):
        """Of the step that the code is in; None outside."""
        scope = _within.get()
        return scope if scope is not None and scope.call is self._call else None

    def _awaits(self):
        """Whether whoever calls now can await: coroutines can, and what they call directly."""
        scope = self.scope()
        if scope is not None and scope.plain:
            return False
        loop = sys.modules.get("_dovetail_loop")
        return loop is not None and loop.here()

    def _task(self, coroutine, told):
        return sys.modules["_dovetail_loop"].task(self._call, coroutine, told)

    def step(self, name, fn, input=None, compensate=None, retry=None, timeout_ms=None):
        if not callable(fn):
            raise TypeError("the code of the step %r is %r; expected a function of (ctx, input)" % (name, fn))
        question = {"kind": "step", "label": text(name)}
        if compensate is not None:
            question["compensation"] = self._exported(compensate)
        policy = policy_of(retry, timeout_ms)
        if policy:
            question["policy"] = policy
        begun = Begun(self._call, name, fn, wire.body(input, "the input of the step %r" % name), question, timeout_ms)
        return self._task(self._later(begun), begun.told()) if self._awaits() else self._now(begun)

    def _exported(self, compensate):
        function = self._call.function
        name = compensate if isinstance(compensate, str) else getattr(compensate, "__name__", repr(compensate))
        found = getattr(function.module, name, None)
        if callable(found) and (isinstance(compensate, str) or found is compensate):
            return name
        raise ValueError("the compensation %r is not a function at the top of \"%s\"; it is called by its name, later, "
                         "when the code that began the step is gone" % (name, function.init["file"]))

    def _now(self, begun):
        answer = begun.answer.result()
        while isinstance(answer, host.Run):
            try:
                with Scope(self._call, answer, begun.name, True):
                    result = begun.fn(self._context, wire.decode(begun.body))
                    if hasattr(result, "__await__"):
                        if self._call.turns is not None:
                            result.close()
                            raise TypeError("the code of a step that plain code runs beside others is a coroutine; make "
                                            "the handler a coroutine too, and use asyncio.gather")
                        result = host.late("_dovetail_loop").run(self._call, result)
                report = begun.done(answer, result)
            except Exception as error:
                report = begun.failed(answer, error)
            answer = begun.report(*report).result()
        return answer

    async def _later(self, begun):
        answer = await begun.answer
        while isinstance(answer, host.Run):
            try:
                with Scope(self._call, answer, begun.name, False) as scope:
                    result = await self._coroutine(begun, scope)
                report = begun.done(answer, result)
            except Exception as error:
                report = begun.failed(answer, error)
            answer = await begun.report(*report)
        return answer

    async def _coroutine(self, begun, scope):
        import asyncio
        import inspect
        scope.plain = not inspect.iscoroutinefunction(begun.fn)
        result = begun.fn(self._context, wire.decode(begun.body))
        if not hasattr(result, "__await__"):
            return result
        scope.plain = False
        if begun.timeout_ms is None:
            return await result
        try:
            return await asyncio.wait_for(result, begun.timeout_ms / 1000)
        except asyncio.TimeoutError:
            raise host.Exit({"id": TIMEOUT, "message": "The step \"%s\" took longer than its %d ms"
                             % (begun.name, begun.timeout_ms)}) from None

    def parallel(self, steps, max_concurrency=None, collect=False):
        """Several steps at once: each is (name, fn, input) or a dict of what step() takes. In coroutines, awaitable."""
        steps = [given(each) for each in steps]
        if max_concurrency is not None and max_concurrency < 1:
            raise ValueError("max_concurrency is %r; expected 1 or more" % (max_concurrency,))
        lanes = min(len(steps), max_concurrency or LANES, LANES)
        several = Several(self, steps, collect)
        if self._awaits():
            return self._task(several.later(lanes), "One of the steps at once")
        several.now(lanes)
        return several.results()


class Several:
    """Steps at once, so many at a time. After a failure those that run go on to their end, and no other begins."""

    def __init__(self, steps, given, collect):
        self.steps = steps
        self.todo = iter(list(enumerate(given)))
        self.outcomes = [None] * len(given)
        self.collect = collect
        self.first = None

    def next(self):
        return None if self.first is not None and not self.collect else next(self.todo, None)

    def failed(self, index, error):
        self.outcomes[index] = Outcome(None, error)
        self.first = self.first or error

    def lane(self):
        step = self.next()
        while step is not None:
            index, arguments = step
            try:
                self.outcomes[index] = Outcome(self.steps.step(**arguments), None)
            except Exception as error:
                self.failed(index, error)
            step = self.next()

    def now(self, lanes):
        lanes = [partial(copy_context().run, self.lane) for _ in range(lanes)]
        host.late("_dovetail_turns").at_once(self.steps._call, lanes)

    async def coroutine(self):
        step = self.next()
        while step is not None:
            index, arguments = step
            try:
                self.outcomes[index] = Outcome(await self.steps.step(**arguments), None)
            except Exception as error:
                self.failed(index, error)
            step = self.next()

    async def later(self, lanes):
        import asyncio
        await asyncio.gather(*[self.coroutine() for _ in range(lanes)])
        return self.results()

    def results(self):
        if self.collect:
            return self.outcomes
        if self.first is not None:
            raise self.first
        return [each.value for each in self.outcomes]


def given(step):
    if isinstance(step, dict):
        return step
    if isinstance(step, (list, tuple)) and 2 <= len(step) <= 3:
        return dict(zip(("name", "fn", "input"), step))
    raise TypeError("a step is (name, fn), (name, fn, input) or a dict of what ctx.step takes, not %r" % (step,))


def text(name):
    if not isinstance(name, str):
        raise TypeError("the name of a step is a str, not %r" % (name,))
    return name


def policy_of(retry, timeout_ms):
    policy = {}
    for name, value in (retry or {}).items():
        if name not in RETRY:
            raise ValueError("retry has no %r; known are %s" % (name, ", ".join(sorted(RETRY))))
        key, fits, expected = RETRY[name]
        if not fits(value):
            raise ValueError("%s of retry is %r; expected %s" % (name, value, expected))
        policy[key] = value
    if timeout_ms is not None:
        if not timeout_ms > 0:
            raise ValueError("timeout_ms is %r; expected more than 0" % (timeout_ms,))
        policy["timeoutMs"] = int(timeout_ms)
    return policy
