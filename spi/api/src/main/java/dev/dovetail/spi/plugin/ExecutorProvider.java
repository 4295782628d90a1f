package dev.dovetail.spi.plugin;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.executor.Executor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens {@linkplain Executor}s, and says beforehand what they run and how. */
public non-sealed interface ExecutorProvider extends Provider<Executor> {
    /** The runtimes that functions may ask for, those that lack something of this machine among them. Never empty. */
    List<Runtime> runtimes();

    /** The same under this configuration, which may show where more of them are. */
    default List<Runtime> runtimes(Config config) {
        return runtimes();
    }

    /** Where the functions' code runs. */
    Trust trust();

    Set<Ability> abilities();

    /** The replay semantics that it writes, and those that it can carry on. */
    default Dialects dialects() {
        return new Dialects(1, Set.of(1));
    }

    /**
     * The JSON Schema (2020-12) of the limits that only this executor has, an object whose properties are integers;
     * a function's {@code traits.limits} is checked against it.
     */
    default String limitsSchema() {
        return "{\"type\": \"object\", \"additionalProperties\": false}";
    }

    /**
     * What may be done to a call that runs, beyond what the kernel does to the calls of all executors. If there is any, instances implement
     * {@link dev.dovetail.spi.executor.Controllable}.
     */
    default List<ControlAction> controlActions() {
        return List.of();
    }

    /**
     * Something that only this executor knows how to do to a call.
     *
     * @param name small letters, digits and hyphens, unlike that of the others
     * @param description what it does, for people
     * @param payloadSchema the JSON Schema (2020-12) of what it is given; the kernel checks it before
     */
    record ControlAction(String name, String description, String payloadSchema) {}

    /**
     * What a function asks for with {@code runtime}.
     *
     * @param name such as {@code python3.11}
     * @param suffix what the name of a source file ends with, such as {@code .py}
     * @param handler the handler of a function that names none, such as {@code main.main}; file without suffix, dot,
     *     exported name
     * @param missing what has to be installed first, in words for an operator; empty if it is there
     */
    record Runtime(String name, String suffix, String handler, Optional<String> missing) {}

    /** Where code runs, which decides what it may be given. */
    enum Trust {
        /** Inside the kernel's process: only for a language that cannot reach out of its interpreter. */
        IN_PROCESS,
        /** In a worker process under a sandbox. */
        WORKER
    }

    /** What an executor offers beyond plain calls. */
    enum Ability {
        /** Replays host calls, so that executions survive a restart. */
        DURABLE,
        STREAM_IN,
        STREAM_OUT,
        /** Instances implement {@link dev.dovetail.spi.executor.Inspectable}. */
        DEBUG,
        /** Instances implement {@link dev.dovetail.spi.executor.Concurrent}. */
        CONCURRENT,
        /** The executor implements {@link dev.dovetail.spi.executor.Prestarts}. */
        PRESTART,
        /**
         * Computing code gives its carrier up ({@link Thread#yield}) at least once a millisecond, so that an in-process
         * call may stay on the caller's virtual thread. Without it, in-process calls are moved to a platform thread.
         */
        YIELDS
    }

    /**
     * Versions of an executor's replay semantics: what a call is numbered by, in which order answers are taken. It
     * changes when a journal written before could replay differently, and not with every release.
     */
    record Dialects(int writes, Set<Integer> reads) {
        public Dialects {
            reads = Set.copyOf(reads);
            if (!reads.contains(writes)) {
                throw new IllegalArgumentException("Dialect " + writes + " is written but not read; reads " + reads);
            }
        }
    }
}
