package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A sandbox in a test, and short ways to run programs in it. */
final class Yard implements AutoCloseable {
    /** What no other process of the machine does: other tests may run beside this one. */
    static final String SLEEP = "sleep 1000." + ProcessHandle.current().pid();

    private static final long PATIENCE_SECONDS = 60;

    final Workshop workshop = new Workshop();
    final Sandbox sandbox;

    Yard(SandboxSettings settings) throws IOException {
        sandbox = Sandbox.open(settings, workshop);
    }

    static Yard strict() throws IOException {
        Yard yard = new Yard(SandboxSettings.DEFAULTS);
        if (yard.sandbox.level() != Isolation.STRICT) {
            List<String> lacks = yard.sandbox.lacks();
            yard.close();
            throw new AssertionError("This machine does not reach STRICT. It lacks " + lacks);
        }
        return yard;
    }

    /** What a program did. */
    record Done(String output, String errors, Cell.End end) {}

    static Plan program(String... command) {
        return new Plan(command);
    }

    static Plan shell(String script) {
        return program("/bin/sh", "-c", script);
    }

    Done run(Plan plan) throws Exception {
        try (Cell cell = sandbox.start(plan.plan())) {
            return finish(cell);
        }
    }

    /** Closes its input and waits until it ends by itself. */
    static Done finish(Cell cell) throws Exception {
        cell.input().close();
        CompletableFuture<String> errors = new CompletableFuture<>();
        Thread reader = Thread.ofPlatform().daemon().start(() -> errors.complete(text(cell.errors())));
        String output = text(cell.output());
        Cell.End end = cell.ended().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        reader.join();
        return new Done(output, errors.get(), end);
    }

    static String text(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String line(Cell cell) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = cell.output().read();
                c >= 0 && c != '\n';
                c = cell.output().read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** A new folder that everyone may read. */
    static Path open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        return folder;
    }

    @Override
    public void close() {
        sandbox.close();
        workshop.close();
    }

    /** A plan in the making. */
    static final class Plan {
        private final List<String> command;
        private final List<Mount> mounts = new ArrayList<>();
        private Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
        private long memory = 128 << 20;
        private long temporary = 32 << 20;
        private int processes = 64;
        private int files = 256;
        private Egress egress = Egress.NONE;
        private Isolation atLeast = Isolation.PROCESS;

        private Plan(String... command) {
            this.command = Arrays.asList(command);
        }

        Plan mount(Path outside, String inside, boolean writable) {
            mounts.add(new Mount(outside, Path.of(inside), writable));
            return this;
        }

        Plan environment(Map<String, String> all) {
            environment = all;
            return this;
        }

        Plan memory(long bytes) {
            memory = bytes;
            return this;
        }

        Plan temporary(long bytes) {
            temporary = bytes;
            return this;
        }

        Plan processes(int most) {
            processes = most;
            return this;
        }

        Plan files(int most) {
            files = most;
            return this;
        }

        Plan egress(String... hosts) {
            egress = new Egress(true, List.of(hosts));
            return this;
        }

        Plan atLeast(Isolation level) {
            atLeast = level;
            return this;
        }

        CellPlan plan() {
            return new CellPlan(
                    command,
                    environment,
                    Path.of("/tmp"),
                    mounts,
                    memory,
                    temporary,
                    processes,
                    files,
                    egress,
                    atLeast);
        }
    }
}
