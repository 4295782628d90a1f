package dev.dovetail.worker;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where interpreters are looked for, by looking at files only: nothing is run.
 *
 * @param home the user's
 * @param path directories of programs, in their order
 */
public record Surroundings(Path home, List<Path> path) {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?");

    public Surroundings {
        path = List.copyOf(path);
    }

    /** Those of this process. */
    public static Surroundings own() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin");
        return new Surroundings(
                Path.of(System.getProperty("user.home")),
                Arrays.stream(path.split(Pattern.quote(File.pathSeparator)))
                        .filter(each -> !each.isBlank())
                        .map(Path::of)
                        .toList());
    }

    /** Programs of this name on the path, with their links followed. Scripts are left out: they stand in for others. */
    public List<Path> onPath(String name) {
        return path.stream()
                .map(directory -> program(directory.resolve(name)))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /**
     * Programs in installations side by side, as version keepers make them, newest first.
     *
     * @param parent of the installations, relative to the home or absolute
     * @param program relative to an installation
     */
    public List<Path> installed(String parent, String program) {
        Path directory = home.resolve(parent);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> installations = new ArrayList<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.forEach(installations::add);
        } catch (IOException e) {
            return List.of(); // it is not for us to read
        }
        installations.sort(
                Comparator.comparing((Path each) -> version(each.getFileName().toString()), Arrays::compare)
                        .reversed());
        return installations.stream()
                .map(each -> program(each.resolve(program)))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Path> program(Path path) {
        try {
            if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(path)) {
                byte[] first = in.readNBytes(2);
                if (first.length < 2 || first[0] == '#' && first[1] == '!') {
                    return Optional.empty();
                }
            }
            return Optional.of(path.toRealPath());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The first version in a text, as major, minor, patch; empty if there is none. */
    public static int[] version(String text) {
        Matcher found = VERSION.matcher(text);
        if (!found.find()) {
            return new int[0];
        }
        return new int[] {
            number(found.group(1)), number(found.group(2)), found.group(3) == null ? 0 : number(found.group(3))
        };
    }

    private static int number(String digits) {
        return digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }
}
