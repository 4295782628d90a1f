package dev.dovetail.executor.node;

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
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The versions of Node, and where this machine has them. */
final class Nodes {
    private static final List<Integer> OFFERED = List.of(16, 18, 20, 22);

    /** Where version keepers put them, and what is where in there. */
    private static final Map<String, String> KEEPERS = keepers();

    private static final Pattern MAJOR = Pattern.compile("#define NODE_MAJOR_VERSION (\\d+)");
    private static final Pattern PACKAGE = Pattern.compile("(?ms)^Package: nodejs$.*?^Version: (\\d+)\\.");
    private static final Path PACKAGES = Path.of("/var/lib/dpkg/status");

    private final Map<Integer, Interpreter> found = new TreeMap<>();

    Nodes(Surroundings surroundings) {
        for (int major : OFFERED) {
            surroundings.onPath("node" + major).forEach(path -> add(major, path));
        }
        Stream.of("node", "nodejs")
                .flatMap(name -> surroundings.onPath(name).stream())
                .forEach(path -> major(path).ifPresent(major -> add(major, path)));
        KEEPERS.forEach((parent, program) -> surroundings
                .installed(parent, program)
                .forEach(path -> major(path).ifPresent(major -> add(major, path))));
    }

    private static Map<String, String> keepers() {
        Map<String, String> keepers = new LinkedHashMap<>();
        keepers.put(".nvm/versions/node", "bin/node");
        keepers.put(".local/share/fnm/node-versions", "installation/bin/node");
        keepers.put(".fnm/node-versions", "installation/bin/node");
        keepers.put(".volta/tools/image/node", "bin/node");
        keepers.put(".asdf/installs/nodejs", "bin/node");
        keepers.put(".nodenv/versions", "bin/node");
        keepers.put("/usr/local/n/versions/node", "bin/node");
        keepers.put("/opt/node", "bin/node");
        keepers.put("/opt", "bin/node");
        return keepers;
    }

    private void add(int major, Path path) {
        found.putIfAbsent(major, Interpreter.at("node" + major, path));
    }

    /** From where it is, from the headers beside it, or from what the system's packages say. */
    private static Optional<Integer> major(Path program) {
        for (Path each = program.getParent(); each != null && each.getFileName() != null; each = each.getParent()) {
            Matcher version = Pattern.compile("(?:node-?)?v?(\\d+)\\.\\d+\\.\\d+.*")
                    .matcher(each.getFileName().toString());
            if (version.matches()) {
                return Optional.of(Integer.parseInt(version.group(1)));
            }
        }
        Path headers = program.resolveSibling("../include/node/node_version.h").normalize();
        Optional<Integer> said = first(MAJOR, headers);
        return said.isPresent() || !program.startsWith("/usr/bin") ? said : first(PACKAGE, PACKAGES);
    }

    private static Optional<Integer> first(Pattern pattern, Path file) {
        try {
            Matcher matcher = pattern.matcher(Files.exists(file) ? Files.readString(file) : "");
            return matcher.find() ? Optional.of(Integer.parseInt(matcher.group(1))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    List<Interpreter> interpreters() {
        return List.copyOf(found.values());
    }

    List<Runtime> runtimes() {
        TreeSet<Integer> majors = new TreeSet<>(OFFERED);
        majors.addAll(found.keySet());
        List<Runtime> runtimes = new ArrayList<>();
        for (int major : majors) {
            runtimes.add(new Runtime(
                    "node" + major,
                    ".js",
                    "index.handler",
                    found.containsKey(major) ? Optional.empty() : Optional.of(remedy(major))));
        }
        return List.copyOf(runtimes);
    }

    Map<String, String> missing() {
        Map<String, String> missing = new LinkedHashMap<>();
        runtimes().forEach(runtime -> runtime.missing().ifPresent(how -> missing.put(runtime.name(), how)));
        return missing;
    }

    private static String remedy(int major) {
        return "install Node " + major + " (nvm install " + major + ", or from https://nodejs.org/dist/latest-v" + major
                + ".x/) where the kernel's PATH or ~/.nvm shows it, and start the kernel again";
    }
}
