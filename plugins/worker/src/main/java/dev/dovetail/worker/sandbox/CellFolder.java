package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * A cell's own files outside: the words for bubblewrap, and what is seen inside below {@link Etc#OWN}.
 *
 * <p>The environment is in a file that is read by the shell inside: as arguments it would be seen by everyone on the machine,
 * and as the environment of the programs before, which are root, it could make them load the function's code.
 */
record CellFolder(Path path, int user) {
    static final String START = "start";
    static final String NAMESPACE_USER = "1000";

    /** @param limits what each process may have at most, where no control group says so for all; 0 for no limit */
    record Limits(long dataBytes, int processes) {
        static final Limits NONE = new Limits(0, 0);
    }

    void make(CellPlan plan, Limits limits) throws IOException {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectory(run());
        String id = user == 0 ? NAMESPACE_USER : Integer.toString(user);
        show("passwd", "function:x:" + id + ":" + id + "::/tmp:/bin/sh\n");
        show("group", "function:x:" + id + ":\n");
        show(START, script(plan, limits));
        Files.setPosixFilePermissions(run(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path run() {
        return path.resolve("run");
    }

    Path words() {
        return path.resolve("words");
    }

    void words(List<String> options) throws IOException {
        Files.write(words(), Walls.joined(options));
    }

    private void show(String name, String content) throws IOException {
        Files.writeString(run().resolve(name), content);
        Files.setPosixFilePermissions(run().resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static String script(CellPlan plan, Limits limits) {
        StringBuilder script = new StringBuilder();
        if (limits.processes > 0) { // shells do not agree on the letter
            script.append("ulimit -u " + limits.processes + " 2>/dev/null || ulimit -p " + limits.processes + "\n");
        }
        if (limits.dataBytes > 0) {
            script.append("ulimit -d " + limits.dataBytes / 1024 + "\n");
        }
        script.append("cd " + quoted(plan.directory().toString()) + " || exit 125\nexec /usr/bin/env -i --");
        plan.environment().forEach((name, value) -> script.append(' ').append(quoted(name + "=" + value)));
        return script.append(" \"$@\"\n").toString();
    }

    static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    void remove() throws IOException {
        removeTree(path);
    }

    private static void removeTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> below = Files.newDirectoryStream(path)) {
                for (Path each : below) {
                    removeTree(each);
                }
            }
        }
        Files.deleteIfExists(path);
    }
}
