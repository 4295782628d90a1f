package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.distribution.Running.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Nodes of one system, that are killed and started again while others speak to them. Thread-safe but for killing and starting. */
final class Herd implements AutoCloseable {
    /** What is said when whoever was spoken to is no more. */
    static final class Gone extends IOException {
        private static final long serialVersionUID = 1;

        Gone(IOException cause) {
            super(cause);
        }
    }

    private final List<Path> folders = new ArrayList<>();
    private final AtomicReferenceArray<Running> nodes;
    private final Set<Running> killed = ConcurrentHashMap.newKeySet();

    /** So many nodes, each with this configuration, none of which runs yet. */
    Herd(Path folder, int count, String configuration) throws IOException {
        nodes = new AtomicReferenceArray<>(count);
        for (int i = 0; i < count; i++) {
            Path data = Files.createDirectories(folder.resolve("node-" + i).resolve("data"));
            Files.writeString(data.resolve("dovetail.json"), configuration);
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
        Running started = Running.on(folders.get(node));
        nodes.set(node, started);
        return started;
    }

    void kill(int node) throws IOException, InterruptedException {
        Running one = nodes.get(node);
        killed.add(one); // before it is: who speaks to it must know why it does not answer
        one.kill();
        one.close();
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
        try {
            return question.ask();
        } catch (IOException e) {
            if (killed.contains(one)) {
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
