"""Frames over a Unix domain socket or over the standard streams."""
import os
import sys
from time import perf_counter_ns as clock  # noqa: F401 - used by those who import this

HELLO, INIT, READY, INVOKE, RESULT, ERROR, NOTE, ASK, NEXT, REPLY, STOP, PING, PONG, CLOSE, FORK, CHILD = range(1, 17)
PREFIX = 9
PIECE = 1 << 16
LONGEST = 1 << 16


class _Options:
    """What the scanner below asks for: objects as dicts, numbers as they are."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    memo = {}

    @staticmethod
    def parse_constant(name):
        raise ValueError("%s is no JSON" % name)


def _unknown(value):
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


try:
    # what json is made of, without the regular expressions that it also imports: they take longer than all of this
    from _json import encode_basestring, make_encoder, make_scanner

    _scan = make_scanner(_Options)

    def encode(value):
        return "".join(make_encoder({}, _unknown, encode_basestring, None, ":", ",", False, False, False)(value, 0))

    def _decode(text):
        text = text.strip(" \t\r\n")
        value, end = _scan(text, 0)
        if end != len(text):
            raise ValueError("not JSON: there is more after character %d" % end)
        return value

    if _decode(encode({"a": [1, 2.5, None]})) != {"a": [1, 2.5, None]}:
        raise ImportError
except (ImportError, TypeError, AttributeError):
    import json

    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    _decode = json.JSONDecoder().decode


def decode(payload):
    return _decode(str(payload, "utf-8"))


class Closed(Exception):
    """The other side has gone."""


class Link:
    """For one thread at a time, but for send, which is for any."""

    def __init__(self, into, out):
        self.into = into
        self.out = out
        self.bytes = bytearray()

    def send(self, kind, header, payload=b""):
        head = encode(header).encode("utf-8", "surrogatepass") if header else b""
        size = 5 + len(head) + len(payload)
        frame = b"".join((size.to_bytes(4, "big"), bytes((kind,)), len(head).to_bytes(4, "big"), head, payload))
        rest = memoryview(frame)
        try:
            while rest:
                rest = rest[os.write(self.out, rest):]
        except OSError:
            raise Closed() from None

    def complete(self):
        """The next frame if all of it is here, or None."""
        have = self.bytes
        if len(have) < PREFIX:
            return None
        end = 4 + int.from_bytes(have[0:4], "big")
        if len(have) < end:
            return None
        head = PREFIX + int.from_bytes(have[5:9], "big")
        header = decode(have[PREFIX:head]) if head > PREFIX else {}
        frame = (have[4], header, bytes(have[head:end]))
        del have[:end]
        return frame

    def read(self):
        """Takes what is there; waits if there is nothing."""
        try:
            piece = os.read(self.into, PIECE)
        except OSError:
            piece = b""
        if not piece:
            raise Closed()
        self.bytes += piece

    def frame(self):
        """The next frame; waits for it."""
        while True:
            frame = self.complete()
            if frame is not None:
                return frame
            self.read()


def brief(text):
    """For people, and in a header: no longer than anybody reads, and without what UTF-8 does not have."""
    some = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    return some.encode("utf-8", "replace").decode("utf-8")


def connect(address, token):
    if address == "stdio":
        # what the function prints must not get among the frames
        link = Link(os.dup(0), os.dup(1))
        os.dup2(2, 1)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
    else:
        import _socket
        sock = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        sock.connect(address)
        number = sock.detach()
        link = Link(number, number)
    version = "%d.%d.%d" % sys.version_info[:3]
    link.send(HELLO, {"protocol": [1], "token": token, "pid": os.getpid(), "runtime": "python " + version})
    return link


def body(value, what="the answer"):
    """A value as JSON, or an error that says where it cannot be."""
    try:
        return encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("%s is no JSON: a text in it has half of a surrogate pair" % what) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError("%s is no JSON: %s%s" % (what, where(value), error)) from None


def where(value, path="", above=()):
    """The path of the first value that JSON does not have, with what follows it in a sentence."""
    if any(value is each for each in above):
        return "%s leads back to what it is in; " % path.lstrip(".")
    if isinstance(value, dict) and len(above) < 100:
        for key, each in value.items():
            if not isinstance(key, (str, int, float, bool, type(None))):
                return "%s has a key of type %s; " % (path or "it", type(key).__name__)
            found = where(each, "%s.%s" % (path, key), (*above, value))
            if found:
                return found
        return ""
    if isinstance(value, (list, tuple)) and len(above) < 100:
        for index, each in enumerate(value):
            found = where(each, "%s[%d]" % (path, index), (*above, value))
            if found:
                return found
        return ""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return "%s is %r; " % (path.lstrip(".") or "it", value)
    if isinstance(value, (str, int, float, bool, type(None))):
        return ""
    return "%s is a %s; " % (path.lstrip(".") or "it", type(value).__name__)
