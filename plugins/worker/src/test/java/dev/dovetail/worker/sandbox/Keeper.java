package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.Context;
import dev.dovetail.testkit.Workshop;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A kernel in a process of its own that keeps cells, and which a test may kill or run as somebody else. */
final class Keeper implements AutoCloseable {
    private static final int CELLS = 3;

    final Process process;
    private final BufferedReader lines;

    private Keeper(Process process) {
        this.process = process;
        lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /** @param as words before the JVM's, such as a program that becomes another user */
    static Keeper start(Path folder, List<String> as) throws IOException, URISyntaxException {
        Yard.open(folder);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        List<String> classPath = new ArrayList<>();
        for (Class<?> each : List.of(Sandbox.class, Keeper.class, Context.class, Workshop.class)) {
            Path from = Path.of(
                    each.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path to = folder.resolve("class-path-" + classPath.size());
            copy(from, to); // where these lie, another user may not look
            classPath.add(to.toString());
        }
        List<String> words = new ArrayList<>(as);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djava.io.tmpdir=" + temporary));
        words.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), Keeper.class.getName(), Yard.SLEEP));
        return new Keeper(new ProcessBuilder(words)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(from.relativize(each).toString());
                Files.copy(each, copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }

    String line() throws IOException {
        String line = lines.readLine();
        if (line == null) {
            throw new IOException("The other kernel ended");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Waiting.uninterrupted(process::waitFor);
    }

    public static void main(String[] sleep) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Yard yard = new Yard(SandboxSettings.DEFAULTS);
                var out = System.out) {
            out.println(yard.sandbox.level());
            out.println(String.join("; ", yard.sandbox.lacks()));
            List<Cell> cells = new ArrayList<>();
            for (int i = 0; i < CELLS; i++) {
                Cell cell = yard.sandbox.start(
                        Yard.shell("""
                        SLEEP & (setsid SLEEP &)
                        echo begun; exec SLEEP
                        """.replace("SLEEP", sleep[0])).plan());
                Yard.line(cell);
                cells.add(cell);
            }
            out.println(String.join(
                    " ", cells.stream().map(cell -> Long.toString(cell.pid())).toList()));
            in.readLine();
            Yard.Done done = yard.run(Yard.shell("""
                    id -u; cat /etc/shadow; ls /proc | grep -c '^[0-9]'; (: > /usr/x) 2>/dev/null && echo wrote
                    unshare -U true 2>/dev/null && echo unshared; grep -c : /proc/net/dev; echo $0 $FROM
                    """));
            out.println(String.join(" ", done.output().lines().toList()));
            in.readLine();
        }
    }
}
