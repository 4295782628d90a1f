package dev.dovetail.worker;

import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.log.Redaction;
import dev.dovetail.worker.sandbox.Cell;
import dev.dovetail.worker.sandbox.CellPlan;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import dev.dovetail.worker.wire.StreamLink;
import dev.dovetail.worker.wire.Switchboard;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Starts a worker and waits until it has said hello. Whatever goes wrong, nothing is left of it. */
final class Starting {
    /** Of a frame, until the worker is given a function's limits. */
    private static final int FIRST_FRAMES = 1 << 16;

    /** Where in a worker's directory the sockets are that it sees. */
    static final String SOCKETS = "s";

    private static final int TOKEN_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Yard yard;
    private final Layout.Room room;
    private final Path directory;
    private final boolean streams;
    private final String token = token();
    private final CompletableFuture<Greeting> greeted = new CompletableFuture<>();
    private final Redaction redaction = new Redaction();
    private final AtomicReference<Worker> made = new AtomicReference<>();
    private final AtomicReference<String> flooded = new AtomicReference<>("");
    private Optional<Switchboard.Door> door = Optional.empty();
    private Optional<StandIn> standIn = Optional.empty();
    private Optional<Cell> cell = Optional.empty();

    private Starting(Yard yard, Layout.Room room, Path directory) {
        this.yard = yard;
        this.room = room;
        this.directory = directory;
        this.streams = yard.settings().stdio() || yard.language().streams(room.interpreter());
    }

    static String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /**
     * @param directory of the worker's own, deleted with it
     * @param code where the worker sees it
     * @param launch what it is started for, if that is known
     * @throws PluginException of kind REJECTED if the level of isolation cannot be had, EXHAUSTED if there is no room,
     *     UNAVAILABLE if the worker did not come up
     */
    static Worker start(Yard yard, Layout.Room room, Path directory, List<Mount> code, Optional<Launch> launch)
            throws InterruptedException {
        Starting starting = new Starting(yard, room, directory);
        boolean started = false;
        try {
            Worker worker = starting.run(code, launch);
            started = true;
            return worker;
        } catch (IOException e) {
            throw new PluginException(Kind.UNAVAILABLE, "A worker could not be started: " + e.getMessage(), e);
        } finally {
            starting.door.ifPresent(Switchboard.Door::close);
            if (!started) {
                starting.cell.ifPresent(Cell::close);
                starting.standIn.ifPresent(StandIn::close);
                yard.delete(directory);
            }
        }
    }

    private Worker run(List<Mount> code, Optional<Launch> launch) throws IOException, InterruptedException {
        List<Mount> mounts = new ArrayList<>(code);
        if (launch.isPresent()) {
            standIn = yard.language().standIn(desk(launch.get()));
        }
        Map<String, String> environment = standIn.isPresent()
                ? standIn.get().environment()
                : Map.of("DOVETAIL_SOCKET", address(mounts), "DOVETAIL_TOKEN", token);
        standIn.ifPresent(instead -> mounts.addAll(instead.mounts()));
        CellPlan plan = Layout.plan(yard, room, mounts, environment);
        long begun = System.nanoTime();
        Cell running = yard.sandbox().start(plan);
        cell = Optional.of(running);
        long sandboxed = System.nanoTime();
        Pipes pipes = pipes(running);
        yard.logs().watch(pipes);
        try {
            if (standIn.isPresent()) {
                standIn.get().started(running);
            }
            Greeting greeting = await(running, pipes);
            Worker worker = new Worker(yard, room, running, greeting.link(), pipes, redaction, leave(pipes));
            worker.took("sandbox", begun, sandboxed);
            worker.took("start", sandboxed, System.nanoTime());
            greeting.then(worker);
            yard.logs().watch(worker);
            made.set(worker);
            if (!flooded.get().isEmpty()) {
                worker.misbehaved(flooded.get());
            }
            return worker;
        } catch (IOException | InterruptedException | RuntimeException e) {
            yard.logs().leave(pipes);
            throw e;
        }
    }

    private StandIn.Desk desk(Launch launch) {
        boolean walls = yard.sandbox().level() != Isolation.PROCESS;
        return new StandIn.Desk(
                launch, directory, token, link -> new Greeting(link, token, greeted), walls, yard.context());
    }

    /** Where the worker connects. */
    private String address(List<Mount> mounts) throws IOException {
        if (streams) {
            return "stdio";
        }
        Path sockets = Files.createDirectory(directory.resolve(SOCKETS));
        Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxr-xr-x"));
        door = Optional.of(yard.board()
                .listen(sockets.resolve(Layout.SOCKET), FIRST_FRAMES, link -> new Greeting(link, token, greeted)));
        // one can connect to a socket that one cannot write beside
        mounts.add(new Mount(sockets, Layout.SOCKETS, false));
        return Layout.SOCKETS.resolve(Layout.SOCKET).toString();
    }

    private Pipes pipes(Cell running) {
        List<InputStream> written = new ArrayList<>(List.of(running.errors()));
        if (streams && standIn.isEmpty()) {
            StreamLink.open(
                    running.output(),
                    running.input(),
                    FIRST_FRAMES,
                    yard.board().room(),
                    link -> new Greeting(link, token, greeted),
                    yard.context().threads(0));
        } else {
            written.addFirst(running.output());
            if (standIn.isEmpty()) {
                endInput(running);
            }
        }
        return new Pipes(written, redaction, yard.settings().logs(), what -> {
            flooded.set(what);
            Optional.ofNullable(made.get()).ifPresent(worker -> worker.misbehaved(what));
        });
    }

    /** Code that reads its standard input finds it empty, and does not wait for what never comes. */
    private static void endInput(Cell running) {
        try {
            running.input().close();
        } catch (IOException e) {
            // it has ended already, and how is told by whoever waits for it
        }
    }

    private Runnable leave(Pipes pipes) {
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                yard.logs().leave(pipes);
                standIn.ifPresent(StandIn::close);
                yard.delete(directory);
            }
        };
    }

    private Greeting await(Cell running, Pipes pipes) throws InterruptedException {
        CompletableFuture<?> first = CompletableFuture.anyOf(greeted, running.ended());
        String why;
        try {
            first.get(yard.settings().startTimeout().toMillis(), TimeUnit.MILLISECONDS);
            Greeting greeting = greeted.getNow(null);
            if (greeting != null) {
                return greeting;
            }
            why = running.ended().join().said();
        } catch (TimeoutException e) {
            why = "did not say hello within " + yard.settings().startTimeout();
        } catch (ExecutionException e) {
            why = "was refused: " + e.getCause().getMessage();
        }
        List<String> last = pipes.last();
        throw new PluginException(
                Kind.UNAVAILABLE,
                "The worker of " + room.interpreter().runtime() + " " + why
                        + (last.isEmpty() ? "" : "; it wrote: " + String.join("\n", last)));
    }
}
