package dev.dovetail.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import tools.jackson.databind.JsonNode;

/** Swaps of plugins under load: what they cost the callers, and whether the old ones are gone with all that they had. */
final class Swaps {
    private static final String EXECUTOR = "executor-starlark";
    private static final String STORE = "storage-h2";
    private static final String NEXT = "0.1.1";
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration UNDISTURBED = Duration.ofSeconds(5);
    private static final Duration AFTER = Duration.ofSeconds(1);

    private final Dovetail dovetail;
    private final PrintWriter out;

    Swaps(Dovetail dovetail, PrintWriter out) {
        this.dovetail = dovetail;
        this.out = out;
    }

    /** The executor while its functions are called, and the embedded store while work is taken on, each of which is a write that is waited for. */
    void run(int times, int connections) throws InterruptedException {
        dovetail.deployExample("bench-example");
        byte[] webhook = read(dovetail.example().resolve("event.json"));
        byte[] call = Load.post("/api/v1/functions/bench-example/invoke", Dovetail.TOKEN, webhook);
        swap(EXECUTOR, times, Load.start(dovetail.subject().port(), call, connections));

        dovetail.deploy("bench-hello", "def main(ctx, input):\n    return {\"hello\": input.name}\n");
        byte[] order = Load.post(
                "/api/v1/functions/bench-hello/invoke-async",
                Dovetail.TOKEN,
                "{\"name\": \"world\"}".getBytes(StandardCharsets.UTF_8));
        swap(STORE, times, Load.start(dovetail.subject().port(), connections, wire -> {
            int status = wire.ask(order).status();
            return status == 202 ? "" : "status " + status;
        }));
    }

    private void swap(String id, int times, Load clients) throws InterruptedException {
        install(id);
        out.println();
        String held;
        try (Load load = clients) {
            load.during(WARM_UP);
            Load.Measured before = load.during(UNDISTURBED);
            held = held();
            Table table = new Table(out, id, "took ms", "calls", "p50 ms", "p99 ms", "max ms", "failed");
            row(table, "none", "-", before, load);
            for (int i = 0; i < times; i++) {
                String version = i % 2 == 0 ? NEXT : "0.1.0";
                load.take();
                long began = System.nanoTime();
                dovetail.call(
                        "POST",
                        "/api/v1/plugins/" + id + ":activate",
                        ("{\"version\": \"" + version + "\"}").getBytes(StandardCharsets.UTF_8));
                double took = (System.nanoTime() - began) / 1e6;
                row(table, i + 1 + " to " + version, took, load.during(AFTER), load);
            }
            load.failed().forEach(out::println);
            long loaded = awaitGone(id);
            out.println("before: " + held + "; after, with the same clients: " + held() + "; generations loaded: "
                    + loaded);
        }
    }

    private static void row(Table table, String what, Object took, Load.Measured during, Load load) {
        table.row(
                "  " + what,
                took,
                during.calls(),
                during.millis(0.5),
                during.millis(0.99),
                during.millis(1),
                load.failures());
    }

    /** What a leak would have more of each time. */
    private String held() {
        return dovetail.subject().threads() + " threads, " + dovetail.subject().descriptors() + " descriptors, "
                + dovetail.subject().residentMb() + " MiB resident";
    }

    /** Answers how many versions are loaded: after a minute at the most, and one as soon as that is all. */
    private long awaitGone(String id) throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Heap.used(dovetail.subject()); // collects
            long loaded = 0;
            for (JsonNode each : dovetail.call("GET", "/api/v1/plugins/" + id + "/generations", new byte[0])
                    .get("items")) {
                loaded += each.get("state").stringValue().equals("shelved") ? 0 : 1;
            }
            if (loaded == 1 || System.nanoTime() > until) {
                return loaded;
            }
            Thread.sleep(500);
        }
    }

    /** Puts the same plugin under the next version into the operator's folder, and waits until it is seen. */
    private void install(String id) throws InterruptedException {
        Path folder = dovetail.data().resolve("plugins");
        try {
            Files.createDirectories(folder);
            Path draft = folder.resolve("next.tmp");
            renamed(dovetail.plugin(id), draft);
            Files.move(draft, folder.resolve(id + "-" + NEXT + ".jar"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (dovetail.call("GET", "/api/v1/plugins/" + id, new byte[0])
                        .get("versions")
                        .size()
                < 2) {
            Thread.sleep(100);
        }
    }

    private static void renamed(Path from, Path to) throws IOException {
        try (JarFile jar = new JarFile(from.toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().putValue("Plugin-Version", NEXT);
            try (OutputStream file = Files.newOutputStream(to);
                    JarOutputStream copy = new JarOutputStream(file, manifest)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        copy.putNextEntry(new ZipEntry(entry.getName()));
                        jar.getInputStream(entry).transferTo(copy);
                        copy.closeEntry();
                    }
                }
            }
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
