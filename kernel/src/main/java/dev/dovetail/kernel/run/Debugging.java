package dev.dovetail.kernel.run;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Inspectable;
import dev.dovetail.spi.executor.Inspectable.Pace;
import dev.dovetail.spi.executor.Outcome;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;

/**
 * Shows where running code stands, and holds it where it is told to, in executors that can. Breakpoints belong to an execution, are
 * this node's, and are kept in memory: for its attempts on this node, as long as it is not one of a thousand newer ones. Time in
 * which code is held is not counted as its own, for {@link #LONGEST} in all. Thread-safe.
 */
public final class Debugging {
    private static final System.Logger LOG = System.getLogger(Debugging.class.getName());
    private static final int MOST = 1000;
    private static final Duration LOOK = Duration.ofMillis(100);

    /** So long a call may be held before its time goes on. */
    public static final Duration LONGEST = Duration.ofMinutes(30);

    private final Deadlines deadlines;
    private final ThreadFactory threads;
    private final Controls controls;
    private final Map<String, List<Place>> breakpoints = new LinkedHashMap<>();

    Debugging(Deadlines deadlines, ThreadFactory threads) {
        this.deadlines = deadlines;
        this.threads = threads;
        this.controls = new Controls(deadlines, threads);
    }

    /**
     * Where a call stands.
     *
     * @param stack innermost first
     * @param held where it is held, if it is
     */
    public record Stand(List<Outcome.Frame> stack, Optional<Place> held) {}

    /** Where this execution's code stands right now; empty if it does not run here, or cannot be looked into. */
    public Optional<Stand> look(String executionId) throws InterruptedException {
        return ask(executionId, it -> new Stand(it.stack(executionId), it.held(executionId)));
    }

    /** The variables of a held call, as JSON texts, without the secrets that the call was told. */
    public Map<String, String> locals(String executionId, int frame) throws InterruptedException {
        Optional<Deadlines.Call> found = deadlines.find(executionId);
        if (found.isEmpty()) {
            return Map.of();
        }
        Deadlines.Call call = found.get();
        Map<String, String> shown = new LinkedHashMap<>();
        ask(call, it -> it.locals(executionId, frame))
                .orElse(Map.of())
                .forEach((name, json) -> shown.put(name, call.disclosed().conceal(json)));
        return shown;
    }

    /** Lets a held call go on; false if it is not held. */
    public boolean go(String executionId, Pace pace) throws InterruptedException {
        return ask(executionId, it -> {
                    boolean held = it.held(executionId).isPresent();
                    it.go(executionId, pace);
                    return held;
                })
                .orElse(false);
    }

    /**
     * Has an execution's executor do to its running call what only that can, and waits for what comes of it: a JSON value without the secrets that the
     * call was told.
     *
     * @return empty if the execution's code does not run here, or its executor can do nothing of the kind
     * @throws PluginFailure if the plugin fails, takes too long, or cannot do it to this call now
     */
    public Optional<Bytes> control(String executionId, String action, Bytes payload) throws InterruptedException {
        return controls.control(executionId, action, payload);
    }

    /** Where an execution is to be held. */
    public List<Place> breakpoints(String executionId) {
        synchronized (breakpoints) {
            return breakpoints.getOrDefault(executionId, List.of());
        }
    }

    /** Has an execution held at these places and no others, in the call that runs now and in later ones. */
    public void breakAt(String executionId, List<Place> places) throws InterruptedException {
        synchronized (breakpoints) {
            breakpoints.remove(executionId);
            if (!places.isEmpty()) {
                breakpoints.put(executionId, List.copyOf(places));
            }
            if (breakpoints.size() > MOST) {
                breakpoints.remove(breakpoints.keySet().iterator().next());
            }
        }
        Optional<Deadlines.Call> call = deadlines.find(executionId);
        if (call.isPresent()) {
            arm(call.get(), places);
        }
    }

    /** A call is about to begin. */
    void begins(Deadlines.Call call) throws InterruptedException {
        List<Place> places = breakpoints(call.work().executionId());
        if (!places.isEmpty()) {
            arm(call, places);
        }
    }

    private void arm(Deadlines.Call call, List<Place> places) throws InterruptedException {
        String id = call.work().executionId();
        Optional<Boolean> armed = ask(call, it -> {
            it.breakAt(id, places);
            return true;
        });
        if (armed.isPresent() && call.watched().compareAndSet(false, true)) {
            threads.newThread(() -> watch(call)).start();
        }
    }

    /** Gives a call the time back in which it is held. */
    private void watch(Deadlines.Call call) {
        String id = call.work().executionId();
        long left = LONGEST.toNanos();
        long before = System.nanoTime();
        try {
            while (deadlines.find(id).filter(call::equals).isPresent() && left > 0) {
                Thread.sleep(LOOK);
                long now = System.nanoTime();
                if (ask(call, it -> it.held(id)).flatMap(held -> held).isPresent()) {
                    call.wasHeld(now - before);
                    left -= now - before;
                }
                before = now;
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "Nobody looks after {0} any more", id);
        }
    }

    private <R> Optional<R> ask(String executionId, Function<Inspectable, R> question) throws InterruptedException {
        Optional<Deadlines.Call> call = deadlines.find(executionId);
        return call.isPresent() ? ask(call.get(), question) : Optional.empty();
    }

    private static <R> Optional<R> ask(Deadlines.Call call, Function<Inspectable, R> question)
            throws InterruptedException {
        try {
            return call.loan().inspect(question);
        } catch (PluginFailure e) {
            LOG.log(Level.DEBUG, "A call cannot be looked into: {0}", e.getMessage());
            return Optional.empty();
        }
    }
}
