package dev.dovetail.kernel;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a tiny language: a command in each line, whose last one gives the answer. A test can wait for a function to come to a
 * gate, and count how often it came by.
 */
final class Commands implements Executor {
    /** What {@link Running} understands. */
    static final Set<String> KNOWN = Set.of(
            "echo",
            "return",
            "fail",
            "fault",
            "sleep",
            "loop",
            "stubborn",
            "log",
            "progress",
            "call",
            "ask",
            "http",
            "now",
            "random",
            "gate",
            "count",
            "die",
            "context",
            "env",
            "secret",
            "print",
            "post",
            "layers",
            "query",
            "subtract",
            "sum",
            "size",
            "suspend",
            "interrupted",
            "start-slowly",
            "start-broken",
            "warn",
            "limits",
            "flow");

    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();
    private final Map<String, Guest.Flow> flows = new ConcurrentHashMap<>();
    private final List<Launch> launches = new ArrayList<>();

    /** A place where functions wait until the test lets them on. */
    static final class Gate {
        private final Semaphore arrived = new Semaphore(0);
        private volatile CountDownLatch open = new CountDownLatch(1);

        void pass() throws InterruptedException {
            arrives();
            open.await();
        }

        /** Goes on at once. */
        void arrives() {
            arrived.release();
        }

        /** Waits until so many more calls have come here. */
        void await(int calls) throws InterruptedException {
            if (!arrived.tryAcquire(calls, 20, TimeUnit.SECONDS)) {
                throw new AssertionError("Not within 20 s: " + calls + " calls at the gate");
            }
        }

        void open() {
            open.countDown();
        }

        /** Whoever comes from now on waits again. */
        void shut() {
            open = new CountDownLatch(1);
        }
    }

    Gate gate(String name) {
        return gates.computeIfAbsent(name, any -> new Gate());
    }

    /** What the command {@code flow} of this name runs, and the compensation of this name. */
    void flow(String name, Guest.Flow flow) {
        flows.put(name, flow);
    }

    /** Waits for it a while: what is carried right at a start may ask before the test has said what it is. */
    Guest.Flow flow(String name) {
        for (int i = 0; i < 4_000 && !flows.containsKey(name); i++) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return Optional.ofNullable(flows.get(name))
                .orElseThrow(() -> new IllegalStateException("The test has no flow \"" + name + "\""));
    }

    AtomicInteger count(String name) {
        return counts.computeIfAbsent(name, any -> new AtomicInteger());
    }

    /** What it was told to start, in order. */
    List<Launch> launches() {
        synchronized (launches) {
            return List.copyOf(launches);
        }
    }

    static List<String> lines(Launch launch) {
        String handler = launch.handler();
        Path file = launch.code().resolve(handler.substring(0, Math.max(0, handler.lastIndexOf('.'))) + ".cmd");
        try {
            return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Problem> inspect(Launch launch) {
        List<String> lines = lines(launch);
        if (lines.isEmpty()) {
            return List.of(Problem.error("HANDLER_NOT_FOUND", "No file for the handler \"" + launch.handler() + "\""));
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String word = lines.get(i).split(" ", 2)[0];
            Optional<Place> place = Optional.of(new Place("main.cmd", i + 1, 1));
            if (!KNOWN.contains(word)) {
                problems.add(new Problem(
                        "SYNTAX_ERROR",
                        Problem.Severity.ERROR,
                        "No command \"" + word + "\"",
                        place,
                        Optional.of(lines.get(i)),
                        Optional.of("use one of the known commands")));
            } else if (word.equals("warn")) {
                problems.add(new Problem(
                        lines.get(i).length() > 5 ? lines.get(i).substring(5) : "MISSING_TIMEOUT",
                        Problem.Severity.WARNING,
                        "This may wait for long",
                        place,
                        Optional.of(lines.get(i)),
                        Optional.empty()));
            }
        }
        return problems;
    }

    @Override
    public Instance start(Launch launch) throws InterruptedException {
        List<String> lines = lines(launch);
        synchronized (launches) {
            launches.add(launch);
        }
        for (String line : lines) {
            if (line.startsWith("start-slowly ")) {
                Thread.sleep(Long.parseLong(line.substring(13)));
            } else if (line.equals("start-broken")) {
                throw new PluginException(PluginException.Kind.REJECTED, "The code does not start");
            }
        }
        return new Running(this, launch, lines);
    }

    @Override
    public void close() {}
}
