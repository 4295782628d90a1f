package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.distribution.Running.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Nodes of one system, that are killed and started again while others speak to them. Thread-safe but for killing and starting. */
final class Herd implements AutoCloseable {
    /** What is said when whoever was spoken to is no more, or cannot answer now. */
    static final class Gone extends IOException {
        private static final long serialVersionUID = 1;

        Gone(IOException cause) {
            super(cause);
        }
    }

    private static final Duration RECOVERY = Duration.ofSeconds(15);

    private final List<Path> folders = new ArrayList<>();
    private final AtomicReferenceArray<Running> nodes;
    private final Set<Running> killed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger still = new AtomicInteger();
    private final AtomicLong wentOn = new AtomicLong();

    /** A node for each of these configurations, none of which runs yet. */
    Herd(Path folder, List<String> configurations) throws IOException {
        nodes = new AtomicReferenceArray<>(configurations.size());
        for (String each : configurations) {
            Path data = Files.createDirectories(
                    folder.resolve("node-" + folders.size()).resolve("data"));
            Files.writeString(data.resolve("dovetail.json"), each);
            folders.add(data);
        }
    }

    int size() {
        return folders.size();
    }

    Path folder(int node) {
        return folders.get(node);
    }

    Running node(int node) {
        return nodes.get(node);
    }

    /** Starts a node; returns when it is ready. */
    Running start(int node) throws IOException, InterruptedException {
        Running started = Running.briefly(folders.get(node));
        nodes.set(node, started);
        return started;
    }

    void kill(int node) throws IOException, InterruptedException {
        Running one = nodes.get(node);
        killed.add(one); // before it is: who speaks to it must know why it does not answer
        one.kill();
        one.close();
    }

    /** What stands still for a while, and then goes on. */
    interface Standstill {
        void begin() throws Exception;

        void end() throws Exception;
    }

    /** Lets something stand still for so long; until it is over and some time after, no answer is expected of any node. */
    void standStill(Standstill what, Duration howLong) throws Exception {
        still.incrementAndGet();
        try {
            what.begin();
            try {
                Thread.sleep(howLong);
            } finally {
                what.end();
            }
        } finally {
            wentOn.set(System.nanoTime());
            still.decrementAndGet();
        }
    }

    /** A node's process: what it has under way goes on when others may have taken it over. */
    Standstill process(int node) {
        return new Standstill() {
            @Override
            public void begin() throws Exception {
                signal("STOP");
            }

            @Override
            public void end() throws Exception {
                signal("CONT");
            }

            private void signal(String name) throws Exception {
                House.run(new ProcessBuilder("kill", "-" + name, "" + node(node).pid()))
                        .expecting(0);
            }
        };
    }

    /** Whether anything ever stood still. */
    boolean stoodStill() {
        return still.get() > 0 || wentOn.get() != 0;
    }

    private boolean recovers() {
        return still.get() > 0 || wentOn.get() != 0 && System.nanoTime() - wentOn.get() < RECOVERY.toNanos();
    }

    private Running any() {
        int first = ThreadLocalRandom.current().nextInt(size());
        for (int i = 0; i < size(); i++) {
            Running one = nodes.get((first + i) % size());
            if (!killed.contains(one)) {
                return one;
            }
        }
        return nodes.get(first);
    }

    Answer get(String path) throws IOException, InterruptedException {
        Running one = any();
        return said(one, () -> one.get(path));
    }

    Answer post(String path, JsonNode body, String key) throws IOException, InterruptedException {
        Running one = any();
        return said(
                one,
                () -> one.send(
                        "POST",
                        path,
                        java.net.http.HttpRequest.BodyPublishers.ofString(body.toString()),
                        key.isEmpty()
                                ? java.util.Map.of("Content-Type", "application/json")
                                : java.util.Map.of("Content-Type", "application/json", "Idempotency-Key", key)));
    }

    private interface Question {
        Answer ask() throws IOException, InterruptedException;
    }

    private Answer said(Running one, Question question) throws IOException, InterruptedException {
        boolean excused = recovers();
        try {
            Answer answer = question.ask();
            if (answer.status() == 503 && (excused || recovers())) {
                throw new IOException("not now: " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            if (killed.contains(one) || excused || recovers()) {
                Thread.sleep(5); // or the caller would ask thousands of times in vain
                throw new Gone(e);
            }
            throw new IOException("a node that lives did not answer: " + e, e);
        }
    }

    /** What the nodes logged as errors, for a test that failed. */
    Supplier<String> errors() {
        return () -> {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < size(); i++) {
                try {
                    nodes.get(i)
                            .log()
                            .lines()
                            .filter(line -> line.contains("\"error\"") || line.contains("ERROR"))
                            .limit(5)
                            .forEach(line -> all.append(line).append('\n'));
                } catch (IOException e) {
                    all.append(e);
                }
            }
            return all.toString();
        };
    }

    /** Asks all that run to end, and waits until they have. */
    void stop() throws InterruptedException {
        for (int i = 0; i < size(); i++) {
            assertEquals(Running.TERMINATED, nodes.get(i).stop());
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = 0; i < size(); i++) {
            if (nodes.get(i) != null) {
                nodes.get(i).close();
            }
        }
    }
}
