package dev.dovetail.executor.custom;

import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.worker.Interpreter;
import dev.dovetail.worker.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The versions of Ruby, and where this machine has them. */
final class Rubies {
    private static final int MAJOR = 3;
    private static final List<Integer> OFFERED = List.of(0, 1, 2, 3, 4);
    private static final List<String> KEEPERS =
            List.of(".rbenv/versions", ".rvm/rubies", ".asdf/installs/ruby", ".rubies", "/opt/rubies", "/opt");

    private final Map<Integer, Path> found = new TreeMap<>();

    Rubies(Surroundings surroundings) {
        Stream<Path> kept = KEEPERS.stream().flatMap(keeper -> surroundings.installed(keeper, "bin/ruby").stream());
        Stream.concat(plain(surroundings), kept)
                .forEach(path -> minor(path).ifPresent(minor -> found.putIfAbsent(minor, path)));
    }

    /** Systems name it with and without its version. */
    private static Stream<Path> plain(Surroundings surroundings) {
        Stream<String> named = OFFERED.stream().map(minor -> "ruby" + MAJOR + "." + minor);
        return Stream.concat(named, Stream.of("ruby")).flatMap(name -> surroundings.onPath(name).stream());
    }

    /** The version is in the name of the program, of its installation, or of its library: nothing is run. */
    private static Optional<Integer> minor(Path program) {
        Optional<Path> home = Optional.ofNullable(program.getParent()).map(Path::getParent);
        Stream<String> names = Stream.of(
                program.getFileName().toString(),
                home.map(Path::getFileName).map(Path::toString).orElse(""));
        return Stream.concat(names, home.stream().flatMap(Rubies::libraries))
                .map(Surroundings::version)
                .filter(version -> version.length > 0 && version[0] == MAJOR)
                .map(version -> version[1])
                .findFirst();
    }

    private static Stream<String> libraries(Path home) {
        Path folder = home.resolve("lib").resolve("ruby");
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList().stream();
        } catch (IOException e) {
            return Stream.empty(); // it is not for us to read
        }
    }

    private static String name(int minor) {
        return "ruby" + MAJOR + "." + minor;
    }

    List<Interpreter> interpreters() {
        return found.entrySet().stream()
                .map(each -> Interpreter.at(name(each.getKey()), each.getValue()))
                .toList();
    }

    List<Runtime> runtimes() {
        Map<Integer, Optional<String>> all = new TreeMap<>();
        OFFERED.forEach(minor -> all.put(minor, Optional.of(remedy(minor))));
        found.keySet().forEach(minor -> all.put(minor, Optional.empty()));
        return all.entrySet().stream()
                .map(each -> new Runtime(name(each.getKey()), ".rb", "main.handler", each.getValue()))
                .toList();
    }

    Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        runtimes().forEach(runtime -> runtime.missing().ifPresent(how -> missing.put(runtime.name(), how)));
        return missing;
    }

    private static String remedy(int minor) {
        return "install Ruby " + MAJOR + "." + minor + " (rbenv install " + MAJOR + "." + minor
                + ", or the system's package ruby" + MAJOR + "." + minor
                + ") where the kernel's PATH or ~/.rbenv shows it, and start the kernel again";
    }
}
