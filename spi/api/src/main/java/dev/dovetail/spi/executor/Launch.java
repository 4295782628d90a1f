package dev.dovetail.spi.executor;

import dev.dovetail.spi.KernelProvided;
import dev.dovetail.spi.VersionId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All that an executor needs to start an instance. No secret is in it: it lives long and prints itself.
 *
 * @param code a directory with the version's files, only to be read
 * @param layers directories of shared files, in the order in which they were attached
 * @param handler what to call: file without suffix, dot, exported name
 * @param capabilities the host functions that this version may use, by name; empty means those that need none
 * @param concurrency how many calls at once the version asks an instance to take; 1 unless its instances are
 *     {@link Concurrent}
 */
@KernelProvided
public record Launch(
        VersionId version,
        String runtime,
        Path code,
        List<Path> layers,
        String handler,
        Map<String, String> environment,
        Limits limits,
        Isolation atLeast,
        Egress egress,
        Set<String> capabilities,
        int concurrency,
        LogSink logs) {
    public Launch {
        layers = List.copyOf(layers);
        environment = Map.copyOf(environment);
        capabilities = Set.copyOf(capabilities);
    }

    /** How far code is kept apart from the machine, from weakest to strongest. */
    public enum Isolation {
        /** A process of its own under the kernel's user. */
        PROCESS,
        /** Namespaces and limits, as far as the machine allows. */
        STANDARD,
        /** Namespaces, control groups, system call filter and a user of its own. */
        STRICT
    }

    /** Whether code may open connections of its own, and to which hosts; an empty list with a grant means any. */
    public record Egress(boolean granted, List<String> hosts) {
        public static final Egress NONE = new Egress(false, List.of());

        public Egress {
            hosts = List.copyOf(hosts);
        }
    }

    /** Takes what code writes to its standard streams. Thread-safe, never blocks for long. */
    @KernelProvided
    public interface LogSink {
        /** @param execution the execution that wrote the line, if the executor can tell */
        void line(Optional<String> execution, String text);
    }
}
