package dev.dovetail.executor.starlark;

import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A process of its own with a small heap, in which many calls want all of it at once, while a bystander makes and drops
 * what a kernel would. It writes a line for each call and what became of the bystander.
 */
final class Crowd {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final int BYSTANDERS_BYTES = 1 << 20;

    private Crowd() {}

    /** The report of one that ran to its end, in at most so many megabytes. */
    static List<String> run(Path folder, int heapMb, int calls, String code) throws Exception {
        Path report = folder.resolve("report");
        Files.writeString(folder.resolve("code"), code);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMb + "m",
                        "-XX:+UseG1GC",
                        "-XX:+UseCompactObjectHeaders",
                        "-Dstarlark.backend=" + System.getProperty("starlark.backend", "bytecode"),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Crowd.class.getName(),
                        folder.toString(),
                        String.valueOf(calls))
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "out"))
                .start();
        int status;
        try {
            status = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly(); // one whose heap is full may try for ever
        }
        if (status != 0 || !Files.exists(report)) {
            throw new AssertionError("It ended with " + status + ": " + Files.readString(folder.resolve("out")));
        }
        return Files.readAllLines(report);
    }

    /** The folder of the code, and how many calls. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int calls = Integer.parseInt(arguments[1]);
        List<String> lines = new ArrayList<>();
        AtomicBoolean over = new AtomicBoolean();
        Thread bystander = Thread.ofPlatform().start(() -> stand(lines, over));
        Launch hostile = launch(folder, "hostile", Files.readString(folder.resolve("code")), 512);
        Launch plain = launch(folder, "plain", "def main(ctx, input):\n    return input\n", 64);
        try (Executor executor = Scripts.executorWithin(
                new Room(StarlarkExecutorProvider.usual(Runtime.getRuntime().maxMemory())))) {
            CountDownLatch ready = new CountDownLatch(calls);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    ready.countDown();
                    say(lines, "call " + told(executor, hostile, ready));
                }));
            }
            for (Thread each : threads) {
                each.join();
            }
            say(lines, "plain " + told(executor, plain, ready));
        }
        over.set(true);
        bystander.join();
        try (PrintWriter out = new PrintWriter(folder.resolve("report").toFile(), StandardCharsets.UTF_8)) {
            lines.forEach(out::println);
        }
        Runtime.getRuntime().halt(0); // whatever threads a test's own tools keep
    }

    private static void stand(List<String> lines, AtomicBoolean over) {
        String end = "bystander fine";
        try {
            while (!over.get()) {
                byte[] own = new byte[BYSTANDERS_BYTES];
                own[own.length - 1] = 1;
                Thread.sleep(1);
            }
        } catch (OutOfMemoryError | InterruptedException e) {
            end = "bystander " + e;
        }
        say(lines, end);
    }

    private static Launch launch(Path folder, String name, String code, int memoryMb) throws Exception {
        return Scripts.launch(
                Files.createDirectories(folder.resolve(name)), code, Scripts.limits(1_000_000_000, memoryMb));
    }

    private static String told(Executor executor, Launch launch, CountDownLatch ready) {
        try (Instance instance = executor.start(launch)) {
            ready.await();
            return switch (instance.invoke(Samples.invocation("7"), new FakeHost())) {
                case Outcome.Returned returned -> "returned " + returned.body().text();
                case Outcome.Failed failed ->
                    failed.fault().id() + " " + failed.fault().owner() + " "
                            + failed.fault().message();
                default -> "something else";
            };
        } catch (Exception | OutOfMemoryError e) {
            return "threw " + e;
        }
    }

    private static void say(List<String> lines, String line) {
        synchronized (lines) {
            lines.add(line);
        }
    }
}
