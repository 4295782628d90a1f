"""What functions in Python see of the system. `import dovetail` works inside of functions; for an editor, put this file beside
the function's code.

A plain handler asks and waits: `ctx.now().result()`; a step it waits for by itself: `total = ctx.step("sum", add, [1, 2])`.
A handler that is a coroutine awaits: `await ctx.now()`, `await ctx.step("sum", add, [1, 2])`, `await asyncio.gather(...)`."""
from typing import Any, Awaitable, Callable, Dict, Generator, Generic, List, Optional, Sequence, Tuple, TypedDict, TypeVar, Union

Json = Any
T = TypeVar("T")

class HostError(Exception):
    """What was asked of the system was refused, or a step has failed for good."""

    id: str
    """The type of the error, `gts....~`."""
    owner: str
    """Whose fault it is: function, caller, dependency or platform."""
    details: Dict[str, Json]

class Exit(Exception):
    """The function ends with an error of its own; see Context.exit."""

class Pending(Generic[T]):
    """An answer that is under way."""

    def done(self) -> bool: ...
    def result(self) -> T:
        """Waits for the answer. Raises HostError if the system refused."""

    def __await__(self) -> Generator[Any, None, T]: ...

class Pieces:
    """The pieces of a streamed input, one after the other."""

    def __iter__(self) -> Pieces: ...
    def __next__(self) -> Json: ...
    def __aiter__(self) -> Pieces: ...
    async def __anext__(self) -> Json: ...

class Identity:
    """Under whose right a call runs."""

    type: str
    id: str
    tenant_id: str
    roles: List[str]
    permissions: List[str]
    scopes: List[str]
    expires_at: Optional[str]

class Retry(TypedDict, total=False):
    """How often a step is tried. What is left out is as usual."""

    max_attempts: int
    """3, the first one counted."""
    backoff_ms: int
    """200, before the second attempt."""
    multiplier: float
    """2: each delay is that much longer than the one before."""
    max_backoff_ms: int
    """10,000"""
    non_retryable: Sequence[str]
    """Ids of errors after which it is not tried again."""
    unknown: str
    """What is done about an attempt that began and of which nobody knows how it ended: run_again, or ask_operator."""

StepCode = Callable[["Context", Json], Union[Json, Awaitable[Json]]]
Compensation = Union[str, Callable[["Context", Json, Json], Any]]

class StepArguments(TypedDict, total=False):
    """A step, for Steps.parallel: what Context.step takes."""

    name: str
    fn: StepCode
    input: Json
    compensate: Compensation
    retry: Retry
    timeout_ms: int

class StepOutcome:
    """How one of several steps ended."""

    ok: bool
    value: Json
    error: Optional[Exception]

class Steps:
    def parallel(
        self,
        steps: Sequence[Union[StepArguments, Tuple[str, StepCode], Tuple[str, StepCode, Json]]],
        max_concurrency: Optional[int] = None,
        collect: bool = False,
    ) -> Any:
        """Runs several steps at once, at most `max_concurrency` (and never more than 64) at a time, and returns their results in
        the order of the list. Plain code takes turns: another step goes on where one waits for the system. When one has failed,
        those that run go on to their end, no other begins, and the first error is raised; with `collect`, all run, and a
        StepOutcome of each is returned. Awaitable in coroutines, like step."""

class Http:
    """Requests that the system sends, to where the function may reach. Answered with {"status", "headers", "body"}."""

    def request(self, method: str, url: str, body: Union[None, bytes, str, Json] = None, headers: Optional[Dict[str, Any]] = None,
                timeout_ms: int = 30000, retry: Optional[Dict[str, int]] = None) -> Pending[Dict[str, Json]]: ...
    def get(self, url: str, **more: Any) -> Pending[Dict[str, Json]]: ...
    def post(self, url: str, body: Union[None, bytes, str, Json] = None, **more: Any) -> Pending[Dict[str, Json]]: ...

class Context:
    """What is known of a call, and what can be asked while it runs."""

    execution_id: str
    correlation_id: str
    trace_id: str
    tenant_id: str
    function_name: str
    version: int
    memory_limit_in_mb: int
    attempt: int
    """From 1; inside of a step, of the step."""
    is_replay: bool
    """Whether what is asked is answered from the journal. What is printed and logged meanwhile is not repeated."""
    effect_id: Optional[str]
    """Inside of a step: the same for every attempt of it. What is told to others with it can be told twice. Otherwise None."""
    cause: Optional[Dict[str, Json]]
    """In a compensation: why the execution is undone. Otherwise None."""
    deadline: str
    identity: Identity
    http: Http
    steps: Steps

    def step(self, name: str, fn: StepCode, input: Json = None, *, compensate: Optional[Compensation] = None,
             retry: Optional[Retry] = None, timeout_ms: Optional[int] = None) -> Any:
        """Runs `fn(ctx, input)`, plain or a coroutine, and keeps what it returns, as JSON: once a step has ended it never runs
        again. Plain code gets the result, coroutines await it. What fails is tried again as `retry` says; in the end HostError
        is raised.

        `compensate` is a function at the top of the handler's file, or its name. When the execution fails or is canceled later,
        it is called with `(ctx, input, output)`; those of several steps in the reverse order of their ends.

        `timeout_ms` is for one attempt (five minutes)."""

    def wait_event(self, type: str, filter: str = "", timeout_ms: Optional[int] = None) -> Pending[Json]:
        """The next event of this type for which the filter, a CEL expression, is true."""

    def signal(self, execution_id: str, name: str, payload: Json = None) -> Pending[Json]:
        """Sends a signal to another execution, which waits for it as an event."""

    def approval(self, name: str, message: Optional[str] = None, timeout_ms: Optional[int] = None) -> Pending[Json]:
        """Waits until somebody has decided."""

    def sleep(self, milliseconds: float) -> Pending[None]: ...
    def checkpoint(self, label: Optional[str] = None) -> Pending[Json]:
        """Keeps a snapshot of how far the execution is."""

    def publish(self, topic: str, payload: Json) -> Pending[Json]: ...
    def audit(self, action: str, details: Optional[Dict[str, Json]] = None) -> Pending[Json]: ...
    def compensate(self, function: str, input: Json = None, version: Union[str, int, None] = None) -> Pending[None]:
        """Registers a function that is called with this input if this call ends with an error; those of one call in the reverse
        order. Not in workflows, whose steps have compensations."""

    def job_status(self, id: str) -> Pending[Json]: ...
    def native_invoke(
        self, module: str, function: str, params: Json = None, *, retry: Optional[Dict[str, int]] = None
    ) -> Pending[Json]:
        """Calls a function of a native module, which a plugin brings."""

    def invoke(self, callable: str, params: Json = None, mode: str = "sync", timeout_ms: Optional[int] = None,
               on_parent_end: str = "cancel") -> Pending[Json]:
        """Calls another function; with mode `async` the answer is the execution that was begun."""

    def now(self) -> Pending[str]:
        """The time, ISO-8601, the same in every replay."""

    def random(self, label: Optional[str] = None) -> Pending[str]:
        """32 hexadecimal digits, the same in every replay."""

    def secret(self, name: str) -> Pending[str]: ...
    def read(self) -> Pending[Optional[Dict[str, Json]]]:
        """The next piece of a streamed input, as {"data": piece}; None at its end. One at a time."""

    input: Pieces
    """The pieces of a streamed input: "for piece in ctx.input", or "async for"."""

    def chunk(self, value: Json) -> Pending[None]:
        """Sends a piece of a streamed answer; wait for it, which is until there is room for more."""

    def call(self, name: str, version: int = 1, **arguments: Json) -> Pending[Json]:
        """Asks a function of the system that has no method of its own here."""

    def log(self, message: Any, level: str = "info", **fields: Json) -> None: ...
    def progress(self, fraction: float, message: str = "") -> None: ...
    def metric(self, name: str, value: float, **labels: str) -> None: ...
    def get_remaining_time_in_millis(self) -> int: ...
    def exit(self, error: Dict[str, Json]) -> None:
        """Ends the call with an error of the function's own: id (of its type, `gts....~`), message, details."""
