package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The installed jars by their digest, never overwritten. Thread-safe. */
final class Shelf {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");
    private static final String SUFFIX = ".jar";

    /** A version that is there. */
    record Jar(Manifest manifest, Digest digest, Path file) {
        String version() {
            return manifest.version();
        }
    }

    private record Key(Name id, String version) {}

    private final Path folder;
    private final FileStamps stamps;
    private final Map<Key, Jar> jars = new ConcurrentHashMap<>();

    Shelf(Path folder, FileStamps stamps) throws IOException {
        this.stamps = stamps;
        this.folder = Files.createDirectories(folder);
    }

    /** Finds what earlier runs left. */
    void readAll() throws IOException {
        for (Path file : files()) {
            String name = file.getFileName().toString();
            try {
                Digest digest = new Digest(name.substring(0, name.length() - SUFFIX.length()));
                put(new Jar(Manifest.read(file), digest, file));
            } catch (Refusal | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.WARNING, file + " on the shelf is left alone: " + e.getMessage());
            }
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        }
    }

    /** A file beside the shelf, into which a jar is written before it is taken. */
    Path blank() throws IOException {
        return Files.createTempFile(folder, "taking-", ".part");
    }

    /** Copies what the stream has into a blank. */
    Path receive(InputStream source) throws IOException {
        Path blank = blank();
        Files.copy(source, blank, StandardCopyOption.REPLACE_EXISTING);
        return blank;
    }

    /**
     * Takes a blank in: it is on the shelf, durable, or gone.
     *
     * @param shipped whether it replaces another build of the same version and may be durable only soon: it can be had again
     * @throws Refusal if it is not a plugin, or another build of its version is there
     */
    Jar take(Path blank, boolean shipped) throws IOException {
        try {
            return put(blank, read(blank), shipped);
        } finally {
            Files.deleteIfExists(blank);
        }
    }

    private synchronized Jar put(Path blank, Jar wanted, boolean shipped) throws IOException {
        checkBuild(wanted, shipped);
        Manifest manifest = wanted.manifest();
        Digest digest = wanted.digest();
        Optional<Jar> known = find(manifest.id(), manifest.version());
        boolean same = known.isPresent() && known.get().digest().equals(digest);
        if (same && isIntact(known.get())) {
            return known.get();
        }
        if (!shipped) {
            try (FileChannel channel = FileChannel.open(blank, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        Path file = folder.resolve(digest + SUFFIX);
        Files.move(blank, file, StandardCopyOption.ATOMIC_MOVE);
        stamps.put(file, digest);
        Jar jar = new Jar(manifest, digest, file);
        put(jar);
        if (known.isPresent() && !same) {
            Files.deleteIfExists(known.get().file());
        }
        return jar;
    }

    /**
     * What {@link #take} would answer, or refuse, of a file that stays where it is.
     *
     * @throws Refusal as it would
     */
    Jar looked(Path blank, boolean shipped) throws IOException {
        Jar wanted = read(blank);
        checkBuild(wanted, shipped);
        return wanted;
    }

    private Jar read(Path blank) throws IOException {
        Manifest manifest = Manifest.read(blank);
        Digest digest = Generation.digestOf(blank);
        Manifest.checkEntries(blank);
        return new Jar(manifest, digest, folder.resolve(digest + SUFFIX));
    }

    private void checkBuild(Jar wanted, boolean shipped) {
        Optional<Jar> known = find(wanted.manifest().id(), wanted.version());
        if (known.isPresent() && !known.get().digest().equals(wanted.digest()) && !shipped) {
            throw new Refusal(wanted.manifest() + " is installed with the digest "
                    + known.get().digest() + "; another build needs a version of its own");
        }
    }

    /** That there is no such version, and which there are. */
    String unknown(Name id, String version) {
        List<Jar> there = versions(id);
        return there.isEmpty()
                ? unknown(id)
                : "No version " + version + " of " + id + " is installed; there are "
                        + String.join(", ", there.stream().map(Jar::version).toList());
    }

    String unknown(Name id) {
        return "No plugin " + id + " is installed; there are "
                + String.join(", ", ids().stream().map(Name::text).toList());
    }

    private void put(Jar jar) {
        jars.put(new Key(jar.manifest().id(), jar.version()), jar);
    }

    Optional<Jar> find(Name id, String version) {
        return Optional.ofNullable(jars.get(new Key(id, version)));
    }

    /** The versions of a plugin, the newest first. */
    List<Jar> versions(Name id) {
        Comparator<Jar> oldestFirst = (a, b) -> Generation.compareVersions(a.version(), b.version());
        return jars.values().stream()
                .filter(jar -> jar.manifest().id().equals(id))
                .sorted(oldestFirst.reversed())
                .toList();
    }

    SortedSet<Name> ids() {
        SortedSet<Name> ids = new TreeSet<>();
        jars.keySet().forEach(key -> ids.add(key.id()));
        return ids;
    }

    boolean hasIntact(Digest digest) throws IOException {
        for (Jar jar : jars.values()) {
            if (jar.digest().equals(digest)) {
                return isIntact(jar);
            }
        }
        return false;
    }

    /** Whether the file is still what was taken in. */
    private boolean isIntact(Jar jar) throws IOException {
        return Files.exists(jar.file()) && stamps.of(jar.file()).equals(jar.digest());
    }

    void remove(Jar jar) throws IOException {
        jars.remove(new Key(jar.manifest().id(), jar.version()));
        Files.deleteIfExists(jar.file());
    }
}
