package dev.dovetail.worker.sandbox;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * What cells see as {@code /etc}: what a runtime needs of the machine's, and nothing else.
 *
 * <p>Where a cell has a user of its own, the machine's folders are shown as they are: their permissions hold inside as they
 * do outside. Where it is the kernel's own user, who may read more than everyone may, what everyone may read is copied: there
 * it stays as it was when the sandbox was opened.
 *
 * @param folder the directory itself
 * @param shown folders of the machine's that are mounted over folders of the same name in it
 */
record Etc(Path folder, List<Path> shown) {
    /** Where a cell's own files lie inside; users and groups are there because they differ. */
    static final Path OWN = Path.of("/run/dovetail");

    private static final List<String> FILES = List.of("ld.so.cache", "localtime", "timezone", "ssl/openssl.cnf");

    /** Trusted certificates, links to the programs in use, and what Java has there for each of its versions. */
    private static final List<String> FOLDERS =
            List.of("alternatives", "ssl/certs", "pki/tls", "pki/ca-trust", "pki/java", "java-*", "node");

    /** For cells with a user of their own. */
    static Etc shown(Path machine, Path to) throws IOException {
        return made(machine, to, true);
    }

    /** For cells that are the kernel's own user; what was copied there before is taken as it is. */
    static Etc copied(Path machine, Path to) throws IOException {
        return Files.isDirectory(to) ? new Etc(to, List.of()) : made(machine, to, false);
    }

    private static Etc made(Path machine, Path to, boolean show) throws IOException {
        List<Path> shown = new ArrayList<>();
        Files.createDirectory(to);
        for (String each : FILES) {
            copyIfThere(machine.resolve(each), to.resolve(each));
        }
        for (Path folder : folders(machine)) {
            Path inside = to.resolve(machine.relativize(folder));
            if (show && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(inside);
                shown.add(folder);
            } else {
                copyTree(folder, inside);
            }
        }
        Files.createSymbolicLink(to.resolve("passwd"), OWN.resolve("passwd"));
        Files.createSymbolicLink(to.resolve("group"), OWN.resolve("group"));
        Files.writeString(to.resolve("hosts"), "127.0.0.1 localhost\n::1 localhost\n");
        Files.writeString(to.resolve("nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files\n");
        openUp(to);
        return new Etc(to, List.copyOf(shown));
    }

    private static List<Path> folders(Path machine) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String each : FOLDERS) {
            Path parent = machine.resolve(each).getParent();
            if (Files.isDirectory(parent)) {
                try (DirectoryStream<Path> found = Files.newDirectoryStream(
                        parent, Path.of(each).getFileName().toString())) {
                    found.forEach(folders::add);
                }
            }
        }
        return folders;
    }

    /** The words that make bubblewrap mount it. */
    List<String> mounts() {
        List<String> words = new ArrayList<>(List.of("--ro-bind", folder.toString(), "/etc"));
        for (Path each : shown) {
            words.addAll(List.of("--ro-bind", each.toString(), each.toString()));
        }
        return words;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                copyIfThere(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) {
                return FileVisitResult.CONTINUE; // what the kernel cannot read is not for functions
            }
        });
    }

    /** A private key may lie beside certificates: only what everyone may read is copied. */
    private static void copyIfThere(Path from, Path to) throws IOException {
        if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS) || !forEveryone(from)) {
            return;
        }
        Files.createDirectories(to.getParent());
        Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
    }

    private static boolean forEveryone(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS))
                        .charAt(6)
                == 'r';
    }

    /** The kernel may run with a mask that keeps its files to itself. */
    private static void openUp(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile()) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
