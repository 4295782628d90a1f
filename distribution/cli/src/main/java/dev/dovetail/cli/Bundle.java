package dev.dovetail.cli;

import dev.dovetail.kernel.plugin.NativeFunctions;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function on disk, on its way to the server: a folder with a {@code function.json} (the function as the API takes it,
 * and {@code files}, which names the files that are its code if not all are), or one file of source.
 *
 * @param body what the API takes for a new function, source included
 * @param archive the code as a ZIP, if it is not source: beside the JSON, where as text it would be there several times
 */
record Bundle(ObjectNode body, Optional<Bytes> archive) {
    static final String DESCRIPTION = "function.json";
    private static final long LARGEST = 50L << 20;
    private static final int MOST_FILES = 10_000;
    private static final Set<String> SOURCES = Set.of("star", "py", "js", "rb");
    /** Of these the ending says how they are read; source alone would lose it. */
    private static final Set<String> MODULES = Set.of("mjs", "cjs");

    private static final Set<String> OF_FUNCTION =
            Set.of("name", "kind", "title", "tags", "gtsId", "maxConcurrent", "implements");

    static Bundle of(Path given) {
        Path path = given.toAbsolutePath().normalize(); // "." is a folder like any other
        if (Files.isDirectory(path)) {
            return ofFolder(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new Main.Unusable("Cannot deploy " + path + ": there is no such file or folder");
        }
        return ofFile(path);
    }

    private static Bundle ofFile(Path file) {
        String[] name = split(file);
        ObjectNode body = Screen.JSON.createObjectNode().put("name", name[0].replace('_', '-'));
        if (name[1].equals("zip")) {
            return new Bundle(body, Optional.of(Bytes.given(Input.bytes(file))));
        }
        if (name[1].equals("star")) {
            body.put("runtime", "starlark").put("handler", name[0] + ".main");
        } else if (SOURCES.contains(name[1]) || MODULES.contains(name[1])) {
            body.put("handler", name[0] + ".handler");
        } // what is called in a file of another kind only its runtime knows
        return withCode(body, file.getParent(), List.of(file), SOURCES.contains(name[1]));
    }

    private static Bundle ofFolder(Path folder) {
        Path description = folder.resolve(DESCRIPTION);
        if (!Files.isRegularFile(description)) {
            throw new Main.Unusable("Cannot deploy " + folder + ": expected a " + DESCRIPTION + " in it");
        }
        if (!(Input.json(description) instanceof ObjectNode body)) {
            throw new Main.Unusable("Cannot deploy " + folder + ": " + description + " is no JSON object");
        }
        JsonNode named = body.path("files");
        List<Path> files = named.isArray() ? listed(folder, named) : all(folder);
        body.remove("files");
        boolean isNative = body.path("runtime").asString("").startsWith(NativeFunctions.PREFIX);
        if (files.isEmpty() && isNative) {
            return new Bundle(body, Optional.empty());
        }
        if (files.isEmpty()) {
            throw new Main.Unusable("Cannot deploy " + folder + ": there is no code in it");
        }
        return withCode(
                body,
                folder,
                files,
                files.size() == 1
                        && isSource(files.getFirst(), body.path("handler").asString("")));
    }

    /** A folder, or a file, of which is known what a {@code function.json} would say. */
    static Bundle of(Path given, Source known) {
        Path path = given.toAbsolutePath().normalize();
        ObjectNode body = known.said().deepCopy();
        body.put("name", known.name().text())
                .put("runtime", known.offer().runtime())
                .put("handler", known.handler());
        JsonNode named = body.path("files");
        boolean folder = Files.isDirectory(path);
        List<Path> files = !folder ? List.of(path) : named.isArray() ? listed(path, named) : all(path);
        body.remove("files");
        return withCode(
                body,
                folder ? path : path.getParent(),
                files,
                files.size() == 1 && isSource(files.getFirst(), known.handler()));
    }

    private static Bundle withCode(ObjectNode body, Path folder, List<Path> files, boolean source) {
        if (source) {
            body.putObject("code").put("source", text(files.getFirst()));
            return new Bundle(body, Optional.empty());
        }
        return new Bundle(body, Optional.of(Bytes.given(zip(folder, files))));
    }

    private static List<Path> listed(Path folder, JsonNode names) {
        List<Path> files = new ArrayList<>();
        for (JsonNode name : names) {
            Path file = folder.resolve(name.asString("")).normalize();
            if (!file.startsWith(folder.normalize()) || !Files.isRegularFile(file)) {
                throw new Main.Unusable(
                        "Cannot deploy " + folder + ": its files name " + name + ", which is no file in it");
            }
            files.add(file);
        }
        return files;
    }

    /** Also what links lead to, as it is where the folder is run: archives have none. */
    private static List<Path> all(Path folder) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    folder, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()) {
                                found.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                            if (e instanceof FileSystemLoopException) {
                                return FileVisitResult.CONTINUE; // what it leads to is packed where it is
                            }
                            throw e;
                        }
                    });
            return found.stream()
                    .filter(file -> !file.equals(folder.resolve(DESCRIPTION)))
                    .filter(file -> !file.getFileName().toString().endsWith(".md"))
                    .filter(file -> Stream.iterate(folder.relativize(file), p -> p != null, Path::getParent)
                            .noneMatch(p -> p.getFileName().toString().startsWith(".")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new Main.Unusable("Cannot read " + folder + ": " + Input.reason(e));
        }
    }

    /** Whether the file is the one that the handler names, of a language whose code may be one file. */
    private static boolean isSource(Path file, String handler) {
        String[] name = split(file);
        int dot = handler.lastIndexOf('.');
        return SOURCES.contains(name[1]) && dot > 0 && handler.substring(0, dot).equals(name[0]);
    }

    private static String[] split(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot < 0 ? new String[] {name, ""} : new String[] {name.substring(0, dot), name.substring(dot + 1)};
    }

    private static String text(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Input.bytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Main.Unusable("Cannot deploy " + file + ": it is not UTF-8");
        }
    }

    /** The same files make the same bytes, so that the server sees whether the code has changed. */
    private static byte[] zip(Path folder, List<Path> files) {
        if (files.size() > MOST_FILES) {
            throw new Main.Unusable("Cannot deploy " + folder + ": it has " + files.size() + " files, and at most "
                    + MOST_FILES + " are possible; bundle them, or put some into layers");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Path file : files) {
                ZipEntry entry = new ZipEntry(folder.relativize(file).toString().replace('\\', '/'));
                entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
                zip.putNextEntry(entry);
                Files.copy(file, zip);
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new Main.Unusable("Cannot pack " + folder + ": " + Input.reason(e));
        }
        if (bytes.size() > LARGEST) {
            throw new Main.Unusable("Cannot deploy " + folder + ": packed it has " + bytes.size()
                    + " bytes, and at most " + LARGEST + " are possible");
        }
        return bytes.toByteArray();
    }

    String name() {
        return body.path("name").asString("");
    }

    /** Tells it from another one, without having to keep it. */
    Digest digest() {
        MessageDigest digest = Digest.sha256();
        digest.update(Screen.JSON.writeValueAsBytes(body));
        archive.ifPresent(bytes -> digest.update(bytes.buffer()));
        return Digest.of(digest);
    }

    /** What the API takes for a further version of a function that is there. */
    ObjectNode version() {
        ObjectNode version = body.deepCopy();
        version.remove(OF_FUNCTION);
        return version;
    }
}
