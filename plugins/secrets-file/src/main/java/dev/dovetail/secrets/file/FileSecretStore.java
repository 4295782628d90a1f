package dev.dovetail.secrets.file;

import dev.dovetail.secrets.file.SecretLines.SecretLine;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.secret.Secret;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.secret.WritableSecrets;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * Secrets in one file. A change is on the disk when its method returns; a change by another process that shares the file is
 * seen at the next look. Thread-safe.
 */
final class FileSecretStore implements SecretStore, WritableSecrets {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path file;
    private final Path lock;
    private final int versions;
    private volatile KeyFile key;
    private volatile boolean closed;
    private volatile Seen seen;

    /** What was read, and by what a newer file is told from it. */
    private record Seen(String stamp, SecretLines lines) {}

    FileSecretStore(Path file, KeyFile key, int versions) {
        this.file = file;
        this.lock = file.resolveSibling(file.getFileName() + ".lock");
        this.key = key;
        this.versions = versions;
        this.seen = new Seen("", none());
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "The folder of " + file + " cannot be made: " + e, e);
        }
        if (!lines().key().fingerprint().equals(key.fingerprint())) {
            change(lines -> lines.under(key));
        }
    }

    private SecretLines none() {
        return new SecretLines(key, List.of());
    }

    /** The key that the file is under now; that may have been put into the key's file, and used by another process, since it was read. */
    private KeyFile named(String fingerprint) {
        Optional<KeyFile> known = key.named(fingerprint);
        if (known.isEmpty()) {
            try {
                key = KeyFile.read(key.file());
            } catch (IOException e) {
                // it lies elsewhere while nothing is started; what was read of it is kept
            }
            known = key.named(fingerprint);
        }
        return known.orElseThrow(() -> new PluginException(
                Kind.UNAVAILABLE,
                file + " was written with another key than that in " + key.file() + ": put the right one there"));
    }

    private SecretLines lines() {
        if (closed) {
            throw new PluginException(Kind.UNAVAILABLE, "The secret store is closed");
        }
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            String stamp = now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
            Seen known = seen;
            if (!known.stamp().equals(stamp)) {
                known = new Seen(stamp, SecretLines.read(file, this::named));
                seen = known;
            }
            return known.lines();
        } catch (NoSuchFileException e) {
            return none();
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, file + " cannot be read: " + e, e);
        }
    }

    @Override
    public Optional<Secret> find(Name tenant, Name name, Optional<String> version) {
        SecretLines now = lines();
        List<SecretLine> fitting = now.lines().stream()
                .filter(line -> line.of(tenant, name))
                .filter(line -> version.isEmpty() || version.get().equals(String.valueOf(line.version())))
                .toList();
        return fitting.isEmpty() ? Optional.empty() : Optional.of(opened(fitting.getLast(), now.key()));
    }

    private static Secret opened(SecretLine line, KeyFile key) {
        return new Secret(
                key.unseal(line.sealed(), line.place()),
                String.valueOf(line.version()),
                Optional.empty(),
                line.allowedHosts());
    }

    @Override
    public String put(Name tenant, Name name, String value, List<String> allowedHosts) {
        String hosts = allowedHosts.isEmpty() ? "-" : String.join(",", allowedHosts);
        if (hosts.chars().anyMatch(Character::isWhitespace)) {
            throw new PluginException(Kind.REJECTED, "A host has no spaces: " + allowedHosts);
        }
        List<String> made = new ArrayList<>();
        change(now -> {
            List<SecretLine> lines = now.lines();
            List<SecretLine> own =
                    lines.stream().filter(line -> line.of(tenant, name)).toList();
            int number = own.isEmpty() ? 1 : own.getLast().version() + 1;
            SecretLine place = new SecretLine(tenant, name, number, hosts, "");
            List<SecretLine> after = new ArrayList<>(lines);
            after.removeAll(own.subList(0, Math.max(0, own.size() - versions + 1)));
            after.add(new SecretLine(tenant, name, number, hosts, now.key().seal(value, place.place())));
            made.add(String.valueOf(number));
            return now.with(after);
        });
        return made.getLast();
    }

    @Override
    public boolean delete(Name tenant, Name name) {
        return change(now -> now.with(
                now.lines().stream().filter(line -> !line.of(tenant, name)).toList()));
    }

    /** @return whether it changed anything */
    private synchronized boolean change(UnaryOperator<SecretLines> edit) {
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = locked(channel)) {
            SecretLines before = lines();
            SecretLines after = edit.apply(before);
            if (after.equals(before)) {
                return false;
            }
            after.write(file);
            return true;
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, file + " cannot be written: " + e, e);
        }
    }

    /** Waits for others: those of other processes, and those of this one, whom the machine does not make wait. */
    private static FileLock locked(FileChannel channel) throws IOException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return channel.lock();
            } catch (OverlappingFileLockException e) {
                if (System.nanoTime() > until) {
                    throw new IOException("somebody holds its lock for longer than " + PATIENCE, e);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    @Override
    public List<Info> list(Name tenant) {
        TreeMap<String, Info> newest = new TreeMap<>();
        for (SecretLine line : lines().lines()) {
            if (line.tenant().equals(tenant)) {
                newest.put(
                        line.name().text(), new Info(line.name(), String.valueOf(line.version()), line.allowedHosts()));
            }
        }
        return List.copyOf(newest.values());
    }

    @Override
    public void close() {
        closed = true;
        seen = new Seen("", none());
    }
}
