package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.json.Readable;
import dev.dovetail.executor.starlark.value.Active;
import dev.dovetail.executor.starlark.value.Gate;
import dev.dovetail.executor.starlark.value.Halt;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The call of an instance, as others look at it: where it stands, and where it is held. Thread-safe. */
final class Inspection implements Inspectable, Gate {
    private static final long MOST_BYTES_TO_SHOW = 256 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private String execution = "";
    private Optional<Run> run = Optional.empty();
    private List<Place> breaks = List.of();
    private Pace pace = Pace.ON;
    /** How deep the call was where it was held last. */
    private int depth;

    private Optional<Active> held = Optional.empty();
    private long heldNanos;

    /** What the run's thread saw last: one statement is looked at once. */
    private Active seen = Active.NONE;

    private int seenLine;

    void begin(String executionId, Run begun) {
        lock.lock();
        try {
            if (!execution.equals(executionId)) {
                execution = executionId;
                breaks = List.of();
            }
            run = Optional.of(begun);
            heldNanos = 0;
            pace = Pace.ON;
            seen = Active.NONE;
            arm();
            begun.heed();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            run = Optional.empty();
            execution = "";
            breaks = List.of();
            seen = Active.NONE;
        } finally {
            lock.unlock();
        }
    }

    private void arm() {
        run.ifPresent(it -> it.gate(breaks.isEmpty() && pace == Pace.ON && held.isEmpty() ? Gate.OPEN : this));
    }

    @Override
    public void pass(Run passing) {
        Active top = passing.top;
        Place place = top.place();
        if (top == Active.NONE || top == seen && place.line() == seenLine) {
            return;
        }
        seen = top;
        seenLine = place.line();
        lock.lock();
        try {
            int deep = depth(top);
            if (isWanted(deep) || breaks.stream().anyMatch(each -> isAt(each, place))) {
                hold(top, deep);
            }
        } catch (InterruptedException e) {
            throw new Halt(Halt.Reason.STOPPED, "The call was interrupted");
        } finally {
            lock.unlock();
        }
    }

    private boolean isWanted(int deep) {
        return switch (pace) {
            case ON -> false;
            case INTO -> true;
            case OVER -> deep <= depth;
            case OUT -> deep < depth;
        };
    }

    private static boolean isAt(Place wanted, Place place) {
        return wanted.line() == place.line()
                && (wanted.file().isEmpty() || wanted.file().equals(place.file()));
    }

    private static int depth(Active top) {
        int depth = 0;
        for (Active each = top; each != Active.NONE; each = each.caller()) {
            depth++;
        }
        return depth;
    }

    private void hold(Active top, int deep) throws InterruptedException {
        held = Optional.of(top);
        depth = deep;
        long begun = System.nanoTime();
        try {
            while (held.isPresent()) {
                changed.await();
            }
        } finally {
            heldNanos += System.nanoTime() - begun;
            held = Optional.empty();
            arm();
        }
    }

    /** How long the call that runs was held so far, in nanoseconds; that is none of its own computing. */
    long heldNanos() {
        lock.lock();
        try {
            return heldNanos;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void go(String executionId, Pace how) {
        lock.lock();
        try {
            if (held.isPresent() && execution.equals(executionId)) {
                pace = how;
                held = Optional.empty();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void breakAt(String executionId, List<Place> places) {
        lock.lock();
        try {
            if (run.isEmpty() || execution.equals(executionId)) {
                execution = executionId;
                breaks = List.copyOf(places);
                arm();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Place> held(String executionId) {
        lock.lock();
        try {
            return held.filter(_ -> execution.equals(executionId)).map(Active::place);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Outcome.Frame> stack(String executionId) {
        lock.lock();
        try {
            List<Outcome.Frame> frames = new ArrayList<>();
            if (run.isPresent() && execution.equals(executionId)) {
                for (Active each = run.get().top; each != Active.NONE; each = each.caller()) {
                    frames.add(new Outcome.Frame(each.name(), each.place()));
                }
            }
            return frames;
        } finally {
            lock.unlock();
        }
    }

    /** The run of this execution's call, if it has one here. */
    Optional<Run> run(String executionId) {
        lock.lock();
        try {
            return run.filter(_ -> execution.equals(executionId));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Map<String, String> locals(String executionId, int frame) {
        lock.lock();
        try {
            Active wanted = held.filter(_ -> execution.equals(executionId)).orElse(Active.NONE);
            for (int i = 0; i < frame; i++) {
                wanted = wanted.caller();
            }
            Map<String, String> shown = new LinkedHashMap<>();
            wanted.variables().forEach((name, value) -> shown.put(name, Readable.json(value, MOST_BYTES_TO_SHOW)));
            return shown;
        } finally {
            lock.unlock();
        }
    }
}
