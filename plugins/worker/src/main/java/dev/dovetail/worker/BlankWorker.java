package dev.dovetail.worker;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Prestarts.Blank;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A worker that was started before it is known for whom. A cell gets no new mounts once it runs; so it has empty directories
 * of its own from the start, which it cannot write to, and which are filled from outside when the code is known. That costs
 * no wall: nobody else sees these directories, and nothing but the files of the one version is ever put there.
 */
final class BlankWorker implements Blank {
    private final Yard yard;
    private final Worker worker;
    private final Path code;
    private final Path layers;
    private final Consumer<BlankWorker> closed;

    private BlankWorker(Yard yard, Worker worker, Path code, Path layers, Consumer<BlankWorker> closed) {
        this.yard = yard;
        this.worker = worker;
        this.code = code;
        this.layers = layers;
        this.closed = closed;
    }

    /** Where the worker sees what it was given. */
    record Filled(Path code, List<Path> layers) {}

    /** @param closed told when it is closed */
    static BlankWorker start(Yard yard, Layout.Room room, Path directory, Consumer<BlankWorker> closed)
            throws InterruptedException {
        try {
            Path code = folder(directory.resolve("code"));
            Path layers = folder(directory.resolve("layers"));
            List<Mount> mounts = List.of(new Mount(code, Layout.CODE, false), new Mount(layers, Layout.LAYERS, false));
            Worker worker = Starting.start(yard, room, directory, mounts, Optional.empty());
            return new BlankWorker(yard, worker, code, layers, closed);
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "No directory for a worker: " + e.getMessage(), e);
        }
    }

    private static Path folder(Path path) throws IOException {
        Files.createDirectory(path);
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The directory that it sees as {@link Layout#SOCKETS}. */
    Path sockets() {
        return code.resolveSibling(Starting.SOCKETS);
    }

    Worker worker() {
        return worker;
    }

    /** Whether it lives, and was started as one would be for this. */
    boolean fits(Layout.Room needed) {
        Layout.Room room = worker.room();
        return worker.alive()
                && room.interpreter().equals(needed.interpreter())
                && room.limits().memoryMb() == needed.limits().memoryMb()
                && room.egress().equals(needed.egress())
                && room.atLeast().compareTo(needed.atLeast()) >= 0;
    }

    Filled fill(Launch launch) {
        try {
            copy(launch.code(), code);
            List<Path> seen = new ArrayList<>();
            for (int i = 0; i < launch.layers().size(); i++) {
                Path layer = folder(layers.resolve(Integer.toString(i)));
                copy(launch.layers().get(i), layer);
                seen.add(worker.cell().seen(layer));
            }
            return new Filled(worker.cell().seen(code), List.copyOf(seen));
        } catch (IOException e) {
            close();
            throw new PluginException(Kind.UNAVAILABLE, "The code could not be handed over: " + e.getMessage(), e);
        }
    }

    private void copy(Path from, Path to) throws IOException {
        // behind walls the code cannot write to what it sees, and so may see the same file
        boolean same = yard.sandbox().level() != Isolation.PROCESS;
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path target = to.resolve(from.relativize(directory).toString());
                if (!target.equals(to) && !Files.exists(target)) {
                    folder(target);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(file).toString());
                if (!same || !attributes.isRegularFile() || !link(target, file)) {
                    Files.copy(file, target, LinkOption.NOFOLLOW_LINKS);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean link(Path target, Path file) {
        try {
            Files.createLink(target, file);
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false; // another file system, or one that cannot
        }
    }

    @Override
    public void close() {
        closed.accept(this);
        worker.close();
    }
}
