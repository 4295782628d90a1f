package dev.dovetail.worker;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.worker.sandbox.CellPlan.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a plugin knows of its language, for {@link WorkerExecutor} to run it. Without state, and thread-safe. */
public interface Language {
    /** In one word, for people. */
    String name();

    /** What the launch's handler names, or what is wrong with it. */
    default Handler.Found find(Launch launch) {
        return Handler.find(launch.handler(), launch.code(), suffixes());
    }

    /** Speaks with a worker in its own tongue; empty for languages whose {@link #files} speak the protocol. */
    default Optional<StandIn> standIn(StandIn.Desk desk) throws IOException {
        return Optional.empty();
    }

    /** What every worker of this interpreter sees besides its code and {@link #files}. */
    default List<Mount> mounts(Interpreter interpreter) {
        return List.of();
    }

    /** Whether workers of this interpreter are spoken with over their standard streams, because they know no other way. */
    default boolean streams(Interpreter interpreter) {
        return false;
    }

    /** What names of files end with in which a handler may be, in the order in which they are looked for. */
    List<String> suffixes();

    /**
     * The files that run beside the function and speak the protocol: resources in the package of this class, by their names.
     * They are copied to a directory that workers see and cannot write to.
     */
    List<String> files();

    /**
     * What to start. The worker finds where to connect in its environment.
     *
     * @param files where the worker sees {@link #files}
     */
    List<String> command(Interpreter interpreter, Path files, Limits limits);

    /** Variables that the language's runtime is started with; a function's own come later, and only to its code. */
    default Map<String, String> environment(Interpreter interpreter) {
        return Map.of();
    }

    /**
     * A program that checks a function's file without running it. It prints a line for each problem, a JSON object of
     * {@code code}, {@code message}, and if it knows them {@code severity}, {@code line}, {@code column}, {@code snippet},
     * {@code remedy}; and ends with status 0. Where there is a {@link #product}, and nothing wrong, it may print that too: pieces
     * of it in Base64, in objects of {@code made} alone, each in a line of less than 8 KiB.
     *
     * @param code the directory of the version's files, as the program sees it
     * @param layers as it sees them
     */
    List<String> check(Interpreter interpreter, Path files, Path code, List<Path> layers, Handler handler);

    /** What is made of a version's code before a worker runs it; empty where nothing is. */
    default Optional<Product> product(Launch launch, Interpreter interpreter, Handler handler) {
        return Optional.empty();
    }

    /** How many calls at once an instance takes of a version that asks for so many. */
    default int calls(int asked) {
        return 1;
    }

    /** How many workers are kept, each with a version's code, of which further ones are made by forking; 0 for none. */
    default int templates() {
        return 0;
    }

    /** How long such a worker is kept when none lives that was made of it. */
    default Duration templatesKept() {
        return Duration.ofMinutes(10);
    }

    /** Whether a worker that ended said with its last lines that it had no more memory. */
    default boolean outOfMemory(List<String> lastLines) {
        return false;
    }
}
