package dev.dovetail.kernel.plugin;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The operator's folder. A jar in it is taken once it is whole: of the same size and time at two looks, and readable as an
 * archive. Looked into by one thread.
 */
final class DropFolder {
    /** Looks at a file that stays the same and is no archive, after which it is said to be none. */
    private static final int LOOKS = 5;

    /** Takes a jar, with its signature if one lies beside it. */
    @FunctionalInterface
    interface Taker {
        /** @throws Refusal why not */
        void take(Path jar, Optional<String> signature) throws IOException;
    }

    private record Stamp(long size, long changed, long signatureChanged) {}

    private record Seen(Stamp stamp, int looks, boolean done) {}

    private final Path folder;
    private final UserPrincipal kernel;
    private final InstantSource clock;
    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Path, RefusedFile> refused = new ConcurrentSkipListMap<>();

    /** @param own a file that this process has made */
    DropFolder(Path folder, Path own, InstantSource clock) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.kernel = Files.getOwner(own);
        this.clock = clock;
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
    }

    boolean hasJars() {
        try {
            return !jars().isEmpty();
        } catch (IOException e) {
            return true; // who knows
        }
    }

    /** Takes what has become whole since the last look. */
    void look(Taker taker) {
        List<Path> jars;
        try {
            jars = jars();
        } catch (IOException e) {
            return; // gone for the moment; what was taken stays
        }
        seen.keySet().retainAll(jars);
        refused.keySet().retainAll(jars);
        for (Path jar : jars) {
            try {
                look(jar, taker);
            } catch (NoSuchFileException e) {
                seen.remove(jar);
            } catch (IOException e) {
                refuse(jar, "It cannot be read: " + e);
            }
        }
    }

    private void look(Path jar, Taker taker) throws IOException {
        Path signature = jar.resolveSibling(jar.getFileName() + ".sig");
        Stamp stamp = new Stamp(
                Files.size(jar),
                Files.getLastModifiedTime(jar).toMillis(),
                Files.exists(signature) ? Files.getLastModifiedTime(signature).toMillis() : 0);
        Seen before = seen.get(jar);
        if (before == null || !before.stamp().equals(stamp)) {
            seen.put(jar, new Seen(stamp, 1, false));
        } else if (!before.done()) {
            boolean whole = whole(jar);
            boolean givenUp = !whole && before.looks() >= LOOKS;
            seen.put(jar, new Seen(stamp, before.looks() + 1, whole || givenUp));
            if (whole) {
                take(jar, signature, taker);
            } else if (givenUp) {
                refuse(jar, "Not a jar: it does not grow any more, and cannot be opened as an archive");
            }
        }
    }

    private static boolean whole(Path jar) throws IOException {
        try (JarFile opened = new JarFile(jar.toFile(), false)) {
            return opened.size() >= 0;
        } catch (ZipException e) {
            return false;
        }
    }

    private void take(Path jar, Path signature, Taker taker) throws IOException {
        try {
            taker.take(jar, Files.exists(signature) ? Optional.of(Files.readString(signature)) : Optional.empty());
            refused.remove(jar);
        } catch (Refusal e) {
            refuse(jar, e.getMessage());
        }
    }

    private void refuse(Path jar, String reason) {
        refused.put(jar, new RefusedFile(jar.getFileName().toString(), reason, Instant.ofEpochMilli(clock.millis())));
        System.getLogger("dev.dovetail.kernel.plugin").log(System.Logger.Level.WARNING, jar + " is refused: " + reason);
    }

    /** Files that were not taken, and why. */
    List<RefusedFile> refused() {
        return List.copyOf(refused.values());
    }

    /** Why a jar without a signature is not trusted here; empty if it is: nobody but the kernel's user could have put it there. */
    Optional<String> distrusted(Path jar) throws IOException {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return Optional.empty();
        }
        for (Path each : List.of(folder, jar)) {
            PosixFileAttributes about = Files.readAttributes(each, PosixFileAttributes.class);
            if (!about.owner().equals(kernel)) {
                return Optional.of(each + " belongs to " + about.owner().getName() + " and not to the kernel's user "
                        + kernel.getName());
            }
            if (writableByOthers(about.permissions())) {
                return Optional.of(each + " can be written to by others than its owner");
            }
        }
        return Optional.empty();
    }

    private static boolean writableByOthers(Collection<PosixFilePermission> permissions) {
        return permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }
}
