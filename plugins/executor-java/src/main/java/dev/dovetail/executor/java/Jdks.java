package dev.dovetail.executor.java;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The versions of Java, and where this machine has them. What a JDK is says the file {@code release} in it. */
final class Jdks {
    /** Those that are supported for long. */
    private static final List<Integer> OFFERED = List.of(11, 17, 21, 25);

    private static final int FIRST = 11;
    private static final String VERSION = "JAVA_VERSION=";
    private static final List<String> KEEPERS = List.of(
            "/usr/lib/jvm",
            "/usr/lib64/jvm",
            "/usr/java",
            "/opt",
            "/opt/java",
            ".sdkman/candidates/java",
            ".jdks",
            ".asdf/installs/java",
            ".local/share/mise/installs/java");

    private final Map<Integer, Path> found = new TreeMap<>();

    /** @param preferred an installation that comes before all others of its version, such as the one that JAVA_HOME names */
    Jdks(Surroundings surroundings, Optional<Path> preferred) {
        this(surroundings, preferred, KEEPERS);
    }

    /** @param keepers folders of installations, absolute or below the home */
    Jdks(Surroundings surroundings, Optional<Path> preferred, List<String> keepers) {
        List<Path> programs = new ArrayList<>();
        preferred
                .map(home -> home.resolve("bin/java"))
                .filter(Files::isExecutable)
                .ifPresent(programs::add);
        keepers.forEach(keeper -> programs.addAll(surroundings.installed(keeper, "bin/java")));
        programs.addAll(surroundings.onPath("java"));
        for (Path program : programs) {
            real(program).ifPresent(path -> feature(path).ifPresent(feature -> found.putIfAbsent(feature, path)));
        }
    }

    static Jdks here() {
        return new Jdks(
                Surroundings.own(),
                Optional.ofNullable(System.getenv("JAVA_HOME"))
                        .filter(home -> !home.isBlank())
                        .map(Path::of));
    }

    private static Optional<Path> real(Path program) {
        try {
            return Optional.of(program.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The number of the version, if it is one that functions run on. */
    private static Optional<Integer> feature(Path program) {
        Path release = program.resolveSibling("..").resolve("release").normalize();
        try {
            return Files.readAllLines(release).stream()
                    .filter(line -> line.startsWith(VERSION))
                    .map(line -> Surroundings.version(
                            line.substring(VERSION.length()).replace("\"", "") + ".0"))
                    .filter(version -> version.length > 0 && version[0] >= FIRST)
                    .map(version -> version[0])
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String name(int feature) {
        return "java" + feature;
    }

    List<Interpreter> interpreters() {
        return found.entrySet().stream()
                .map(each -> Interpreter.at(name(each.getKey()), each.getValue()))
                .toList();
    }

    List<Runtime> runtimes() {
        Map<Integer, Optional<String>> all = new TreeMap<>();
        OFFERED.forEach(feature -> all.put(feature, Optional.of(remedy(feature))));
        found.keySet().forEach(feature -> all.put(feature, Optional.empty()));
        return all.entrySet().stream()
                .map(each -> new Runtime(name(each.getKey()), ".java", "Handler.handleRequest", each.getValue()))
                .toList();
    }

    Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        runtimes().forEach(runtime -> runtime.missing().ifPresent(how -> missing.put(runtime.name(), how)));
        return missing;
    }

    private static String remedy(int feature) {
        return "install a JDK " + feature + " (the system's package openjdk-" + feature
                + "-jdk-headless, or sdk install java " + feature
                + "-tem) where /usr/lib/jvm, ~/.sdkman, ~/.jdks or the kernel's JAVA_HOME shows it, and start the kernel again";
    }
}
