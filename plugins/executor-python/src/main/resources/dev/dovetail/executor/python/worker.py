"""Runs a function's calls, one at a time, for the process that started this one. The protocol is docs/worker-protocol.md."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import _dovetail_link as wire  # noqa: E402
import _dovetail_context as context  # noqa: E402
import _dovetail_host as host  # noqa: E402
from _dovetail_errors import explain  # noqa: E402

sys.path.remove(HERE)


SHORT_MICROS = 2000


class Function:
    """The code of a version, imported."""

    def __init__(self, init):
        self.init = init
        self.code = os.path.join(init["code"], "")
        self.environment = init["environment"]

    def load(self):
        init = self.init
        os.environ.update(self.environment)
        if "TZ" in self.environment:
            import time
            time.tzset()
        paths = [init["code"]]
        version = "python%d.%d" % sys.version_info[:2]
        # of two layers with the same module the later one counts
        for layer in reversed(init["layers"]):
            paths.append(os.path.join(layer, "python"))
            paths.append(os.path.join(layer, "python", "lib", version, "site-packages"))
        sys.path[0:0] = paths
        sys.argv = [init["file"]]
        sys.modules.setdefault("dovetail", names())
        name = init["file"][:-len(".py")].replace("/", ".")
        import importlib
        self.module = importlib.import_module(name)
        self.handler = self.find(init["function"])
        return self

    def find(self, name):
        found = getattr(self.module, name, None)
        if not callable(found):
            raise LookupError("The file \"%s\" has no function \"%s\"" % (self.init["file"], name))
        return found


def names():
    """What functions may import from this, for their except clauses and for their types."""
    module = type(sys)("dovetail")
    for each in (context.Context, host.Pending, host.HostError, host.Exit):
        setattr(module, each.__name__, each)
    return module


def entry(function, header, payload, seen):
    """What to call, and with what. A compensation takes what the step's code did, and then what it returned."""
    value = wire.decode(payload)
    if "step" in header:
        return function.find(header["function"]), [seen, value, header.get("output")]
    return function.find(header["function"]) if "function" in header else function.handler, [value, seen]


def answer(function, call, result):
    if hasattr(result, "__await__"):
        result = host.late("_dovetail_loop").run(call, result)
    if call.left:
        raise host.Leave()  # whatever the code made of it
    body = wire.body(result)
    most = function.init["outputBytes"]
    if len(body) > most:
        raise ValueError("the answer has %d bytes; at most %d are allowed" % (len(body), most))
    return body


def run(link, function, header, payload):
    call = host.Call(link, function, header)
    secrets = header.get("environment", {})
    os.environ.update(secrets)
    begun = wire.clock()
    try:
        what, arguments = entry(function, header, payload, context.Context(call, function.init, header))
        body = answer(function, call, what(*arguments))
        kind, said = wire.RESULT, {}
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        kind, said, body = wire.ERROR, explain(call.failure or error, function.code), b""
    finally:
        for name in secrets:
            os.environ[name] = function.environment[name]
        flush()
        call.end()
    said["call"] = call.number
    # for a short call, the time that it took is near enough; longer ones are measured from outside
    took = (wire.clock() - begun) // 1000
    if took < SHORT_MICROS:
        said["cpuMicros"] = took
    try:
        link.send(kind, said, body)
    except (TypeError, ValueError, RecursionError) as error:  # what an error of the function's own tells
        link.send(wire.ERROR, {"call": call.number, "name": "TypeError", "message": wire.brief(
            "the details of the error are no JSON: %s" % error)})


def flush():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # the function closed or replaced them


def load(link, init):
    """Imports the function, or tells why it cannot be; answers the function, and what it may be forked by."""
    function = Function(init)
    forks = host.late("_dovetail_forks") if init.get("template") else None
    before = forks.opened() if forks else None
    try:
        function.load()
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        flush()
        link.send(wire.ERROR, explain(error, function.code))
        return None, None
    flush()
    if forks is None:
        link.send(wire.READY, {})
        return function, None
    unfit = forks.unfit(before)
    link.send(wire.READY, {"unfit": unfit} if unfit else {"forks": True})
    return function, None if unfit else forks.Template(link)


def serve(link):
    function = None
    while True:
        kind, header, payload = link.frame()
        if kind == wire.INVOKE:
            run(link, function, header, payload)
        elif kind == wire.INIT and function is not None:
            link.send(wire.READY, {})  # this was made of one that has loaded it
        elif kind == wire.INIT:
            function, template = load(link, header)
            if template is not None:
                link = template.serve()
                if link is None:
                    return
        elif kind == wire.PING:
            link.send(wire.PONG, {})
        elif kind == wire.CLOSE:
            return
        # what belongs to a call that has ended comes too late


def main():
    link = wire.connect(os.environ.pop("DOVETAIL_SOCKET"), os.environ.pop("DOVETAIL_TOKEN"))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")
    import builtins
    builtins.exit = builtins.quit = sys.exit
    try:
        serve(link)
    except wire.Closed:
        pass
    finally:
        flush()


if __name__ == "__main__":
    main()
