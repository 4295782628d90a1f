package dev.dovetail.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The reference for cold starts: what the same interpreter takes by itself, from its start to its end, with nothing to do and no sandbox. */
final class Alone {
    private Alone() {}

    /** Its median in milliseconds; empty if there is no such interpreter on the path. */
    static Optional<Double> millis(String runtime, int times) {
        Optional<List<String>> command = command(runtime);
        if (command.isEmpty()) {
            return Optional.empty();
        }
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long began = System.nanoTime();
            if (run(command.get()).isEmpty()) {
                return Optional.empty();
            }
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(millis);
        return Optional.of(millis[times / 2]);
    }

    private static Optional<List<String>> command(String runtime) {
        if (runtime.startsWith("python")) {
            // what is on the path may be a script that chooses one
            String which = "import sys; print(sys.executable)";
            return run(List.of(runtime, "-c", which))
                    .or(() -> run(List.of("python3", "-c", which)))
                    .map(said -> List.of(said.strip(), "-c", "0"));
        }
        if (runtime.startsWith("node")) {
            return Optional.of(List.of("node", "-e", "0"));
        }
        if (runtime.startsWith("java")) {
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            return Optional.of(List.of(java.toString(), "-version"));
        }
        return runtime.startsWith("ruby") ? Optional.of(List.of("ruby", "-e", "0")) : Optional.empty();
    }

    /** What it printed; empty if it is not there, or did not go well. */
    private static Optional<String> run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.onExit().join().exitValue() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
