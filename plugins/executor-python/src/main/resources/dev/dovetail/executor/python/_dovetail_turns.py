"""Plain code at once: threads of which one runs at a time, which change over only where one waits for the system."""
from _thread import allocate_lock, get_ident, start_new_thread
from collections import deque

import _dovetail_host as host
import _dovetail_link as wire


class Strand:
    """One of the threads."""

    def __init__(self, turns):
        self.turns = turns
        self.gate = allocate_lock()
        self.gate.acquire()
        self.done = None
        self.patient = False

    def ready(self):
        # who has to leave need not wait for anything else, but for those that it began
        return self.done() or self.turns.call.left and not self.patient


class Turns:
    """Whose turn it is. Everything here is done by the thread whose turn it is."""

    def __init__(self, call):
        self.call = call
        self.ready = deque()
        self.parked = []
        self.strands = {get_ident(): Strand(self)}

    def wait_until(self, done):
        """Answers whether this thread is one of these; if so, it has waited."""
        me = self.strands.get(get_ident())
        if me is None:
            return False
        if not done():
            self.park(me, done)
        return True

    def park(self, me, done, patient=False):
        me.done, me.patient = done, patient
        self.parked.append(me)
        self.turn_over(me)

    def turn_over(self, me):
        """Lets the next one go on; returns when it is the turn of this one again, at once if it has ended."""
        while True:
            for strand in [each for each in self.parked if each.ready()]:
                self.parked.remove(strand)
                self.ready.append(strand)
            if self.ready:
                break
            self.hear()
        following = self.ready.popleft()
        if following is me:
            return
        following.gate.release()
        if me is not None:
            me.gate.acquire()

    def hear(self):
        try:
            with self.call.lock:
                self.call.hear()
        except wire.Closed:
            self.call.left = True
            for strand in self.parked:
                strand.patient = False

    def begin(self, task, ended):
        strand = Strand(self)

        def run():
            strand.gate.acquire()
            self.strands[get_ident()] = strand
            self.call.threads.add(get_ident())
            error = None
            try:
                task()
            except BaseException as caught:
                error = caught
            del self.strands[get_ident()]
            self.call.threads.discard(get_ident())
            ended(error)
            self.turn_over(None)

        start_new_thread(run, ())
        self.ready.append(strand)


def at_once(call, tasks):
    """Runs these, each until it has ended, and raises what one of them ended with."""
    outermost = call.turns is None
    if outermost:
        call.turns = Turns(call)
    turns = call.turns
    me = turns.strands.get(get_ident())
    if me is None:
        raise RuntimeError("steps can be run at once only by the thread of the call")
    running = [len(tasks)]
    errors = []

    def ended(error):
        running[0] -= 1
        if error is not None:
            errors.append(error)

    try:
        for task in tasks:
            turns.begin(task, ended)
        if tasks:
            turns.park(me, lambda: running[0] == 0, patient=True)
    finally:
        if outermost:
            call.turns = None
    if errors:
        raise errors[0]
    if call.left:
        raise host.Leave()
