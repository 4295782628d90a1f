package dev.dovetail.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.databind.JsonNode;

/**
 * The Starlark of a version, for who wants to see it and to be held in it.
 *
 * @param version such as {@code order v2}
 * @param runtime the one that it is for
 * @param files the text of each; empty if it cannot be seen here
 */
record VersionCode(String version, String runtime, Map<String, String> files) {
    private static final int LARGEST = 1 << 20;

    VersionCode {
        files = Map.copyOf(files);
    }

    /** As the server has it, as far as this caller may see it. */
    static VersionCode of(Api api, String function, String version) {
        String path = "/api/v1/functions/" + Api.escaped(function);
        String name = function + " v" + version;
        try {
            JsonNode shown = api.get(path + "/versions/" + Api.escaped(version));
            String runtime = Listing.text(shown, "runtime");
            // what is in a layer is not in the bundle: of a part nobody can say what is missing
            return !isStarlark(runtime) || !shown.path("layers").isEmpty()
                    ? new VersionCode(name, runtime, Map.of())
                    : new VersionCode(
                            name, runtime, files(api.download(path + ":export?version=" + Api.escaped(version))));
        } catch (Refused | IOException _) {
            return new VersionCode(name, "", Map.of()); // it is deleted, or not for whom may only debug
        }
    }

    private static boolean isStarlark(String runtime) {
        return runtime.startsWith("starlark");
    }

    /** What is in the archive of the code, which is in a bundle. */
    private static Map<String, String> files(byte[] bundle) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream whole = new ZipInputStream(new ByteArrayInputStream(bundle))) {
            for (ZipEntry code = whole.getNextEntry(); code != null; code = whole.getNextEntry()) {
                if (code.getName().startsWith("code/") && code.getName().endsWith(".zip")) {
                    ZipInputStream archive = new ZipInputStream(whole);
                    for (ZipEntry file = archive.getNextEntry(); file != null; file = archive.getNextEntry()) {
                        if (file.getName().endsWith(".star")) {
                            files.put(file.getName(), new String(archive.readNBytes(LARGEST), StandardCharsets.UTF_8));
                        }
                    }
                }
            }
        }
        return files;
    }

    Optional<String> text(String file) {
        return Optional.ofNullable(files.get(file));
    }

    /**
     * Why code is never held at this line, if that can be seen.
     *
     * @param file empty for a line of any file
     */
    Optional<String> never(String file, int line) {
        if (!runtime.isEmpty() && !isStarlark(runtime)) {
            return Optional.of(version + " is for " + runtime + ", and only Starlark can be held");
        }
        List<String> names = files.keySet().stream().sorted().toList();
        if (names.isEmpty()) {
            return Optional.empty();
        }
        if (!file.isEmpty() && !files.containsKey(file)) {
            return Optional.of(version + " has no file " + file + "; it has " + String.join(", ", names));
        }
        List<String> meant = file.isEmpty() ? names : List.of(file);
        List<List<String>> reaching = meant.stream()
                .map(name -> files.get(name).lines().toList())
                .filter(lines -> lines.size() >= line)
                .toList();
        if (reaching.isEmpty()) {
            String name = meant.size() == 1 ? meant.getFirst() : "the longest file";
            long lines = meant.stream()
                    .mapToLong(each -> files.get(each).lines().count())
                    .max()
                    .orElse(0);
            return Optional.of(name + " of " + version + " has " + lines + " lines");
        }
        return reaching.stream().map(lines -> lines.get(line - 1).strip()).allMatch(VersionCode::isNothing)
                ? Optional.of("there is no code in line " + line + " of " + String.join(", ", meant))
                : Optional.empty();
    }

    private static boolean isNothing(String text) {
        return text.isEmpty() || text.startsWith("#");
    }
}
