package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The ways in which jars come: shipped, dropped into the operator's folder, sent. Runs nothing of theirs itself. */
final class Intake {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final Premises premises;
    private final Signatures signatures;
    private final Lines lines;
    private final DropFolder dropped;
    private final Path folder;
    private final Set<Digest> shipped = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private Optional<Thread> watcher = Optional.empty();

    Intake(Premises premises, Signatures signatures, Lines lines) throws IOException {
        this.premises = premises;
        this.signatures = signatures;
        this.lines = lines;
        this.folder = premises.settings().data().resolve("plugins");
        this.dropped =
                new DropFolder(folder, premises.run(), premises.settings().clock());
    }

    /** Puts what came with the product on the shelf; a jar that cannot be is told and left. */
    void takeShipped() throws IOException {
        Path from = premises.settings().shipped();
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> all = Files.list(from)) {
            // at once: for a new data folder, copying and digesting one after the other is a fifth of a start
            List<Path> jars =
                    all.filter(file -> file.toString().endsWith(".jar")).toList();
            jars.parallelStream().forEach(this::takeShipped);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void takeShipped(Path jar) {
        try {
            shipped.add(taken(jar));
        } catch (Refusal e) {
            LOG.log(System.Logger.Level.ERROR, jar + " is shipped and refused: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Digest taken(Path jar) throws IOException {
        Optional<Digest> known = premises.stamps().known(jar);
        if (known.isPresent() && premises.shelf().hasIntact(known.get())) {
            return known.get();
        }
        Digest digest = premises.shelf().take(copied(jar), true).digest();
        premises.stamps().put(jar, digest);
        return digest;
    }

    private Path copied(Path jar) throws IOException {
        return Files.copy(jar, premises.shelf().blank(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** @param keep whether it is taken, or only looked at */
    Uploaded upload(InputStream source, Optional<String> signature, boolean keep)
            throws IOException, InterruptedException {
        Path blank = premises.shelf().receive(source);
        try {
            if (signature.isEmpty() && premises.settings().requireSignature()) {
                throw new Refusal("A jar that is sent needs a detached Ed25519 signature by a key in"
                        + " plugins.trusted-keys, unless plugins.require-signature is false");
            }
            if (signature.isPresent()) {
                signatures.check(blank, signature.get());
            }
            if (!keep) {
                Shelf.Jar jar = premises.shelf().looked(blank, false);
                jar.manifest().checkRequires(premises.settings().spiVersion());
                return new Uploaded.Taken(jar.manifest().id(), jar.version(), jar.digest(), VersionState.SHELVED);
            }
            return welcome(take(blank));
        } catch (Refusal e) {
            return new Uploaded.Refused(e.getMessage());
        } finally {
            Files.deleteIfExists(blank);
        }
    }

    Uploaded keep(InputStream source) throws IOException {
        Path blank = premises.shelf().receive(source);
        try {
            Shelf.Jar jar = take(blank);
            return new Uploaded.Taken(jar.manifest().id(), jar.version(), jar.digest(), VersionState.SHELVED);
        } catch (Refusal e) {
            return new Uploaded.Refused(e.getMessage());
        } finally {
            Files.deleteIfExists(blank);
        }
    }

    private Shelf.Jar take(Path blank) throws IOException {
        Manifest.read(blank).checkRequires(premises.settings().spiVersion());
        return premises.shelf().take(blank, false);
    }

    private Uploaded welcome(Shelf.Jar jar) throws InterruptedException {
        Line line = lines.of(jar.manifest().id());
        try {
            line.welcome(jar, true).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(jar.manifest() + " could not be put in use: " + e.getCause(), e.getCause());
        }
        PluginView.VersionView view = line.view().versions().stream()
                .filter(each -> each.version().equals(jar.version()))
                .findFirst()
                .orElseThrow();
        if (view.state() == VersionState.REFUSED) {
            return new Uploaded.Refused(view.reason().orElse("It was refused before"));
        }
        return new Uploaded.Taken(jar.manifest().id(), jar.version(), jar.digest(), view.state());
    }

    private void takeDropped(Path jar, Optional<String> signature) throws IOException {
        Path blank = copied(jar);
        try {
            if (signature.isPresent()) {
                signatures.check(blank, signature.get());
            } else {
                dropped.distrusted(jar).ifPresent(why -> {
                    throw new Refusal(why + ", and the jar has no signature beside it (" + jar.getFileName()
                            + ".sig, Ed25519, base64)");
                });
            }
            Shelf.Jar taken = take(blank);
            lines.of(taken.manifest().id()).welcome(taken, false); // not waited for: others have been dropped too
        } finally {
            Files.deleteIfExists(blank);
        }
    }

    /** Whether there is anything in the operator's folder, which may not have been taken yet. */
    boolean hasMore() {
        return dropped.hasJars();
    }

    /** Looks into the operator's folder, and after every line, until closed. */
    void watch() {
        watcher = Optional.of(Thread.ofVirtual().name("plugins").start(() -> {
            try {
                while (!closing.await(premises.times().poll().toMillis(), TimeUnit.MILLISECONDS)) {
                    look();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void look() {
        try {
            dropped.look(this::takeDropped);
            lines.tick();
            premises.stamps().save();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "What is known of jars cannot be kept: {0}", e.toString());
        } catch (RuntimeException e) { // the next look may go better
            LOG.log(System.Logger.Level.ERROR, "Looking after plugins failed", e);
        }
    }

    List<RefusedFile> refusedFiles() {
        return dropped.refused();
    }

    /** Deletes a version, from the operator's folder too, or it would be taken again. */
    void forget(Shelf.Jar jar) {
        if (shipped.contains(jar.digest())) {
            return;
        }
        try {
            premises.shelf().remove(jar);
            try (Stream<Path> all = Files.list(folder)) {
                for (Path file :
                        all.filter(each -> each.toString().endsWith(".jar")).toList()) {
                    if (Files.isRegularFile(file) && Generation.digestOf(file).equals(jar.digest())) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + jar.manifest(), e);
        }
    }

    Verification verify(Shelf.Jar jar) {
        try {
            Digest found = Generation.digestOf(jar.file());
            boolean intact = found.equals(jar.digest());
            return new Verification(
                    jar.version(),
                    jar.digest(),
                    found,
                    intact,
                    intact ? "the file is what was taken in" : "the file was changed on the disk");
        } catch (IOException e) {
            return new Verification(jar.version(), jar.digest(), Digest.of(new byte[0]), false, "unreadable: " + e);
        }
    }

    void close() throws InterruptedException {
        closing.countDown();
        if (watcher.isPresent()) {
            watcher.get().join();
        }
    }
}
