"""A process that has loaded a function's code, and others that are made of it and run its calls."""
import _signal
import gc
import os
import select
import sys

import _dovetail_link as wire

OF_SIGNALS = 128
HARMLESS = "/dev/"


def opened():
    """What this process has open, by number."""
    found = {}
    for number in os.listdir("/proc/self/fd"):
        try:
            found[number] = os.readlink("/proc/self/fd/" + number)
        except OSError:
            pass  # the one that this list was read from
    return found


def unfit(before):
    """Why what was loaded cannot be divided; empty if it can."""
    threads = len(os.listdir("/proc/self/task"))
    if threads > 1:
        return "it has %d threads, of which a fork would have one" % threads
    for number, what in opened().items():
        if before.get(number) != what and not what.startswith(HARMLESS):
            return "it keeps %s open, which all forks would share" % what
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return "it has started a process, which would belong to none of the forks"
    except ChildProcessError:
        return ""


class Template:
    """Forks as it is told, and tells how each of them ended."""

    def __init__(self, link):
        self.link = link
        self.living = {}
        gc.collect()
        gc.freeze()
        self.ears, self.mouth = os.pipe()
        os.set_blocking(self.ears, False)
        os.set_blocking(self.mouth, False)
        self.signals = _signal.signal(_signal.SIGCHLD, lambda number, frame: None)
        self.wakeup = _signal.set_wakeup_fd(self.mouth, warn_on_full_buffer=False)

    def serve(self):
        """Comes back in each fork, with the link that it speaks over; and with None when there shall be no more."""
        poll = select.poll()
        poll.register(self.link.into, select.POLLIN)
        poll.register(self.ears, select.POLLIN)
        while True:
            frame = self.link.complete()
            while frame is not None:
                kind, header, _ = frame
                if kind == wire.FORK:
                    if self.fork(header) == 0:
                        return self.begin(header)
                elif kind == wire.PING:
                    self.link.send(wire.PONG, {})
                elif kind == wire.CLOSE:
                    return None
                frame = self.link.complete()
            self.bury()
            for number, _ in poll.poll():
                if number == self.ears:
                    os.read(self.ears, wire.PIECE)
                else:
                    self.link.read()

    def fork(self, header):
        try:
            pid = os.fork()
        except OSError as error:
            self.link.send(wire.CHILD, {"child": header["child"], "failed": "fork: " + str(error)})
            return -1
        if pid:
            self.living[pid] = header["child"]
        return pid

    def bury(self):
        while self.living:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            child = self.living.pop(pid, None)
            if child is not None:
                remove(own(child))
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else OF_SIGNALS + os.WTERMSIG(status)
                self.link.send(wire.CHILD, {"child": child, "status": code})

    def begin(self, header):
        """In the fork: nothing of what the others have is kept, and nothing that should be its own is as theirs."""
        try:
            _signal.set_wakeup_fd(self.wakeup)
            _signal.signal(_signal.SIGCHLD, self.signals if self.signals is not None else _signal.SIG_DFL)
            for number in {self.link.into, self.link.out, self.ears, self.mouth}:
                os.close(number)
            import _socket
            for number in (1, 2):
                stream = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
                stream.connect(header["logs"])
                os.dup2(stream.fileno(), number)
                stream.close()
            os.mkdir(own(header["child"]), 0o700)
            os.environ["TMPDIR"] = own(header["child"])
            reseed()
            return wire.connect(header["socket"], header["token"])
        except OSError:
            os._exit(os.EX_UNAVAILABLE)  # it was given up meanwhile; nothing of the others' is to be cleaned up by it


def reseed():
    """Python sees to random itself. uuid, secrets and os.urandom ask the machine each time."""
    known = sys.modules
    if "random" in known:
        known["random"].seed()
    if "tempfile" in known:
        known["tempfile"].tempdir = None
    if "ssl" in known:
        known["ssl"].RAND_add(os.urandom(32), 0.0)
    if "numpy.random" in known:
        known["numpy.random"].seed()


def own(child):
    """The folder for passing files that a fork is told of; /tmp itself is everybody's."""
    return "/tmp/fork-" + child


def remove(folder):
    for here, folders, files in os.walk(folder, topdown=False):
        for name in files:
            quietly(os.unlink, os.path.join(here, name))
        for name in folders:
            path = os.path.join(here, name)
            quietly(os.unlink if os.path.islink(path) else os.rmdir, path)
    quietly(os.rmdir, folder)


def quietly(what, path):
    try:
        what(path)
    except OSError:
        pass  # it is gone, or somebody else's
