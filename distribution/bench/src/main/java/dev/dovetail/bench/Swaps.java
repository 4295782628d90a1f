package dev.dovetail.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
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

/** Swaps of a plugin under load: what they cost the callers, and whether the old ones are gone. */
final class Swaps {
    private static final String ID = "executor-starlark";
    private static final String NEXT = "0.1.1";

    private final Dovetail dovetail;
    private final PrintWriter out;

    Swaps(Dovetail dovetail, PrintWriter out) {
        this.dovetail = dovetail;
        this.out = out;
    }

    void run(int times, int connections) throws InterruptedException {
        dovetail.deployExample("bench-example");
        install();
        byte[] webhook = read(dovetail.example().resolve("event.json"));
        byte[] request = Load.post("/api/v1/functions/bench-example/invoke", Dovetail.TOKEN, webhook);
        try (Load load = Load.start(dovetail.subject().port(), request, connections)) {
            load.during(Duration.ofSeconds(8));
            Load.Measured before = load.during(Duration.ofSeconds(5));
            Table table = new Table(out, "swap", "took ms", "calls", "p50 ms", "p99 ms", "failed");
            table.row("  none", "-", before.calls(), before.millis(0.5), before.millis(0.99), load.failures());
            for (int i = 0; i < times; i++) {
                String version = i % 2 == 0 ? NEXT : "0.1.0";
                load.take();
                long began = System.nanoTime();
                dovetail.call(
                        "POST",
                        "/api/v1/plugins/" + ID + ":activate",
                        ("{\"version\": \"" + version + "\"}").getBytes(java.nio.charset.StandardCharsets.UTF_8));
                double took = (System.nanoTime() - began) / 1e6;
                Load.Measured during = load.during(Duration.ofSeconds(1));
                table.row(
                        "  " + (i + 1) + " to " + version,
                        took,
                        during.calls(),
                        during.millis(0.5),
                        during.millis(0.99),
                        load.failures());
            }
            load.failed().forEach(out::println);
        }
        awaitGone();
    }

    private void awaitGone() throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            Heap.used(dovetail.subject()); // collects
            long loaded = 0;
            for (JsonNode each : dovetail.call("GET", "/api/v1/plugins/" + ID + "/generations", new byte[0])
                    .get("items")) {
                loaded += each.get("state").stringValue().equals("shelved") ? 0 : 1;
            }
            if (loaded == 1 || System.nanoTime() > until) {
                out.println("generations still loaded at the end: " + loaded);
                return;
            }
            Thread.sleep(500);
        }
    }

    /** Puts the same plugin under the next version into the operator's folder, and waits until it is seen. */
    private void install() throws InterruptedException {
        Path folder = dovetail.data().resolve("plugins");
        try {
            Files.createDirectories(folder);
            Path draft = folder.resolve("next.tmp");
            renamed(dovetail.plugin(ID), draft);
            Files.move(draft, folder.resolve(ID + "-" + NEXT + ".jar"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        while (dovetail.call("GET", "/api/v1/plugins/" + ID, new byte[0])
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
