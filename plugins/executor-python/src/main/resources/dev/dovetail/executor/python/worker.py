"""Runs a function's calls, one at a time, for the process that started this one. The protocol is docs/worker-protocol.md."""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import _dovetail_link as wire  # noqa: E402
import _dovetail_host as host  # noqa: E402
from _dovetail_errors import explain  # noqa: E402

sys.path.remove(HERE)


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


def entry(function, header, payload):
    """What to call, and with which arguments before the context."""
    value = wire.decode(payload)
    if "function" not in header:
        return function.handler, [value]
    found = function.find(header["function"])
    return found, [value, header.get("output")] if "step" in header else [value]


def late(name):
    """A module of these, which functions do not get to see by accident."""
    sys.path.insert(0, HERE)
    try:
        return __import__(name)
    finally:
        sys.path.remove(HERE)


def answer(function, call, result):
    if hasattr(result, "__await__"):
        result = late("_dovetail_loop").run(call, result)
    body = wire.body(result)
    most = function.init["outputBytes"]
    if len(body) > most:
        raise ValueError("the answer has %d bytes; at most %d are allowed" % (len(body), most))
    return body


def run(link, function, header, payload):
    call = host.Call(link, function.code, header["call"])
    context = host.Context(call, function.init, header)
    secrets = header.get("environment", {})
    os.environ.update(secrets)
    begun = wire.cpu()
    try:
        what, arguments = entry(function, header, payload)
        body = answer(function, call, what(*arguments, context))
        kind, said = wire.RESULT, {}
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        kind, said, body = wire.ERROR, explain(error, function.code), b""
    finally:
        for name in secrets:
            os.environ[name] = function.environment[name]
        flush()
    said["call"] = call.number
    said["cpuMicros"] = (wire.cpu() - begun) // 1000
    call.over = True
    link.send(kind, said, body)


def flush():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # the function closed or replaced them


def load(link, init):
    """Imports the function, or tells why it cannot be."""
    function = Function(init)
    try:
        function.load()
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        flush()
        link.send(wire.ERROR, explain(error, function.code))
        return None
    flush()
    link.send(wire.READY, {})
    return function


def serve(link):
    function = None
    while True:
        kind, header, payload = link.frame()
        if kind == wire.INVOKE:
            run(link, function, header, payload)
        elif kind == wire.INIT:
            function = load(link, header)
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
