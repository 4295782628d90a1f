package dev.dovetail.executor.python;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The versions of Python, and where this machine has them. */
final class Pythons {
    private static final int FIRST = 8;
    private static final int LAST = 13;

    /** Still in the making, or newer than this: offered where they are. */
    private static final int FURTHEST = 20;

    private static final List<String> KEEPERS =
            List.of(".pyenv/versions", ".asdf/installs/python", ".local/share/uv/python", "/opt/python", "/opt");

    private final Map<String, Interpreter> found = new LinkedHashMap<>();

    Pythons(Surroundings surroundings) {
        for (int minor = FIRST; minor <= FURTHEST; minor++) {
            String name = "python3." + minor;
            find(surroundings, name).ifPresent(path -> found.put(name, Interpreter.at(name, path)));
        }
    }

    private static Optional<Path> find(Surroundings surroundings, String name) {
        Stream<Path> kept = KEEPERS.stream().flatMap(keeper -> surroundings.installed(keeper, "bin/" + name).stream());
        return Stream.concat(surroundings.onPath(name).stream(), kept).findFirst();
    }

    List<Interpreter> interpreters() {
        return List.copyOf(found.values());
    }

    List<Runtime> runtimes() {
        List<Runtime> runtimes = new ArrayList<>();
        for (int minor = FIRST; minor <= FURTHEST; minor++) {
            String name = "python3." + minor;
            if (minor <= LAST || found.containsKey(name)) {
                runtimes.add(new Runtime(
                        name,
                        ".py",
                        "main.handler",
                        found.containsKey(name) ? Optional.empty() : Optional.of(remedy(name))));
            }
        }
        return List.copyOf(runtimes);
    }

    Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        runtimes().forEach(runtime -> runtime.missing().ifPresent(how -> missing.put(runtime.name(), how)));
        return missing;
    }

    private static String remedy(String name) {
        String version = name.substring("python".length());
        return "install Python " + version + " (pyenv install " + version + ", or the system's package " + name
                + ") where the kernel's PATH or ~/.pyenv shows it, and start the kernel again";
    }
}
