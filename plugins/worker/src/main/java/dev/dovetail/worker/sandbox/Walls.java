package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Runs a program in namespaces of its own, made by bubblewrap.
 *
 * <p>Where the kernel is root, bubblewrap sets up the mounts as root and the program then becomes a user whom nobody else is:
 * so it can be shown files below folders that only root may enter. Elsewhere it runs in a user namespace, as the kernel's own
 * user.
 *
 * @param setpriv the program that becomes another user; empty for a user namespace
 * @param filter the file with the filter of system calls, if there is one
 * @param etc what is seen as {@code /etc}
 */
record Walls(Path bubblewrap, Optional<Path> setpriv, Optional<Path> filter, Etc etc) {
    /** Processes that are part of the walls: one outside, and one inside that adopts orphans. */
    static final int PROCESSES = 2;

    private static final List<String> SYSTEM_FOLDERS = List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32");
    private static final int FILTER_DESCRIPTOR = 3;
    private static final int WORDS_DESCRIPTOR = 4;

    /** What the shell runs, with the files to open as {@link #FILTER_DESCRIPTOR} and {@link #WORDS_DESCRIPTOR}. */
    List<String> command(CellPlan plan, CellFolder folder) throws IOException {
        List<String> options = new ArrayList<>(namespaces());
        options.addAll(system(plan));
        List<Mount> mounts = new ArrayList<>(plan.mounts());
        mounts.add(new Mount(folder.run(), Etc.OWN, false));
        // what lies inside of another mount comes after it
        mounts.sort(Comparator.comparingInt(mount -> mount.inside().getNameCount()));
        for (Path parent : parents(mounts)) { // bubblewrap would let none but root enter those that it makes by itself
            options.addAll(List.of("--perms", "0755", "--dir", parent.toString()));
        }
        for (Mount mount : mounts) {
            options.addAll(List.of(
                    mount.writable() ? "--bind" : "--ro-bind",
                    mount.outside().toString(),
                    mount.inside().toString()));
        }
        options.addAll(List.of("--remount-ro", "/dev", "--remount-ro", "/"));
        if (filter.isPresent()) {
            options.addAll(List.of("--seccomp", Integer.toString(FILTER_DESCRIPTOR)));
        }
        folder.words(options);
        List<String> words = new ArrayList<>();
        words.addAll(List.of(bubblewrap.toString(), "--args", Integer.toString(WORDS_DESCRIPTOR), "--"));
        if (setpriv.isPresent()) {
            words.addAll(List.of(
                    setpriv.get().toString(),
                    "--reuid=" + folder.user(),
                    "--regid=" + folder.user(),
                    "--clear-groups",
                    "--inh-caps=-all",
                    "--ambient-caps=-all",
                    "--bounding-set=-all"));
        }
        words.addAll(List.of("/bin/sh", Etc.OWN.resolve(CellFolder.START).toString()));
        words.addAll(plan.command());
        return words;
    }

    /** The folders to make so that there is something to mount on, upper ones first. */
    private static SortedSet<Path> parents(List<Mount> mounts) {
        SortedSet<Path> parents = new TreeSet<>();
        for (Mount mount : mounts) {
            for (Path each = mount.inside().getParent(); each.getNameCount() > 0; each = each.getParent()) {
                Path parent = each;
                if (mounts.stream().noneMatch(other -> parent.startsWith(other.inside()))) {
                    parents.add(parent);
                }
            }
        }
        return parents;
    }

    private List<String> namespaces() {
        List<String> options = new ArrayList<>(List.of("--die-with-parent", "--new-session", "--clearenv"));
        options.addAll(List.of("--hostname", "cell", "--cap-drop", "ALL"));
        if (setpriv.isPresent()) {
            options.addAll(List.of("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"));
            options.addAll(List.of("--unshare-cgroup-try", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"));
            options.addAll(List.of("--cap-add", "CAP_SETPCAP"));
        } else {
            options.addAll(List.of("--unshare-all", "--unshare-user", "--disable-userns"));
            options.addAll(List.of("--uid", CellFolder.NAMESPACE_USER, "--gid", CellFolder.NAMESPACE_USER));
        }
        return options;
    }

    private List<String> system(CellPlan plan) throws IOException {
        List<String> options = new ArrayList<>(List.of("--ro-bind", "/usr", "/usr"));
        for (String name : SYSTEM_FOLDERS) {
            Path folder = Path.of("/", name);
            if (Files.isSymbolicLink(folder)) {
                options.addAll(
                        List.of("--symlink", Files.readSymbolicLink(folder).toString(), folder.toString()));
            } else if (Files.isDirectory(folder)) {
                options.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
            }
        }
        options.addAll(etc.mounts());
        options.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        for (String memory : List.of("/tmp", "/dev/shm")) {
            options.addAll(List.of("--perms", "1777", "--size", Long.toString(plan.temporaryBytes())));
            options.addAll(List.of("--tmpfs", memory));
        }
        return options;
    }

    /** The files that the shell opens, in the order of their descriptors. */
    List<Path> descriptors(CellFolder folder) {
        return List.of(filter.orElse(Path.of("/dev/null")), folder.words());
    }

    /** @throws IllegalArgumentException if something is not there, or could not be read inside */
    void check(CellPlan plan) throws IOException {
        for (Mount mount : plan.mounts()) {
            if (!Files.exists(mount.outside())) {
                throw new IllegalArgumentException(
                        "There is no " + mount.outside() + " to be seen in the cell as " + mount.inside());
            }
            if (!mount.inside().isAbsolute() || mount.inside().getNameCount() == 0) {
                throw new IllegalArgumentException("Expected an absolute path below / to see " + mount.outside()
                        + " at, not \"" + mount.inside() + "\"");
            }
            if (setpriv.isPresent() && !mount.writable() && !readable(mount.outside())) {
                throw new IllegalArgumentException("The cell's own user could not read " + mount.outside()
                        + ": expected it to be readable by everyone, whatever the folders above it allow");
            }
        }
    }

    private static boolean readable(Path path) throws IOException {
        if (Files.isDirectory(path) || Files.isRegularFile(path)) {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            int needed = Files.isDirectory(path) ? 05 : 04;
            return (mode & needed) == needed;
        }
        return true; // a socket is given to the cell's user
    }

    /** Gives what the code may write, and the sockets that it may speak through, to the cell's user. */
    void give(CellPlan plan, CellFolder folder) throws IOException {
        if (setpriv.isEmpty()) {
            return;
        }
        for (Mount mount : plan.mounts()) {
            Path path = mount.outside().toRealPath();
            if (mount.writable()) {
                try (var all = Files.walk(path)) {
                    for (Path each : all.toList()) {
                        own(each, folder.user());
                    }
                }
            } else if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
                own(path, folder.user());
            }
        }
    }

    static void own(Path path, int user) throws IOException {
        Files.setAttribute(path, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
    }

    static byte[] joined(List<String> words) {
        return (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8);
    }
}
