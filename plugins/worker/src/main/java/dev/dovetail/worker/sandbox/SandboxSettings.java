package dev.dovetail.worker.sandbox;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.util.List;

/**
 * What an operator decides about the sandbox.
 *
 * @param atMost no level above this one is tried
 * @param bubblewrap the program, by name or path
 * @param firstUser the first of the user numbers that cells get where the kernel runs as root; nobody else may use them
 * @param users how many there are from the first on
 * @param bytesPerProcessor how much memory a function has for each processor that it may use
 * @param hardQuota whether a cell that is ready may use no more than its share, even when the processors are idle
 * @param network what code may do that was granted the network
 */
public record SandboxSettings(
        Isolation atMost,
        String bubblewrap,
        int firstUser,
        int users,
        long bytesPerProcessor,
        boolean hardQuota,
        Network network) {
    /**
     * @param internalHosts patterns of hosts, and networks such as {@code 10.0.7.0/24}, that may be reached although their addresses are not public, such as
     *     {@code *.internal} or {@code db.example:5432}, if the function's own list has them too
     * @param connections at once, of each cell
     * @param bytes in each direction of a connection
     */
    public record Network(List<String> internalHosts, int connections, long bytes) {
        public Network {
            internalHosts = List.copyOf(internalHosts);
        }
    }

    public static final SandboxSettings DEFAULTS = new SandboxSettings(
            Isolation.STRICT,
            "bwrap",
            1_900_000_000, // no distribution and no service manager gives out numbers from here on
            100_000_000,
            1_769L << 20,
            false,
            new Network(List.of(), 64, 4L << 30));

    /**
     * The schema of these settings: what an executor's provider has under a key of its own, such as {@code sandbox}, with an
     * empty object as the default.
     */
    public static final String SCHEMA = """
            {
              "type": "object",
              "additionalProperties": false,
              "default": {},
              "properties": {
                "at-most": {"enum": ["STRICT", "STANDARD", "PROCESS"], "default": "STRICT"},
                "bubblewrap": {"type": "string", "minLength": 1, "default": "bwrap"},
                "first-user": {"type": "integer", "minimum": 1, "maximum": 2147483646, "default": 1900000000},
                "users": {"type": "integer", "minimum": 1, "default": 100000000},
                "megabytes-per-processor": {"type": "integer", "minimum": 1, "default": 1769},
                "hard-quota": {"type": "boolean", "default": false},
                "internal-hosts": {"type": "array", "items": {"type": "string", "minLength": 1}, "default": []},
                "connections": {"type": "integer", "minimum": 1, "default": 64},
                "connection-bytes": {"type": "integer", "minimum": 1, "default": 4294967296}
              }
            }
            """;

    /** @param config that fits {@link #SCHEMA}, its defaults filled in */
    public static SandboxSettings of(Config config) {
        return new SandboxSettings(
                Isolation.valueOf(config.text("at-most")),
                config.text("bubblewrap"),
                Math.toIntExact(config.number("first-user")),
                Math.toIntExact(config.number("users")),
                config.number("megabytes-per-processor") << 20,
                config.flag("hard-quota"),
                new Network(
                        config.texts("internal-hosts"),
                        Math.toIntExact(config.number("connections")),
                        config.number("connection-bytes")));
    }

    public SandboxSettings {
        if (firstUser < 1 || users < 1 || (long) firstUser + users > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("Not a range of user numbers between 1 and " + Integer.MAX_VALUE + ": "
                    + users + " from " + firstUser + " on");
        }
        if (bytesPerProcessor < 1) {
            throw new IllegalArgumentException("Not a number of bytes for each processor: " + bytesPerProcessor);
        }
    }

    public SandboxSettings atMost(Isolation level) {
        return new SandboxSettings(level, bubblewrap, firstUser, users, bytesPerProcessor, hardQuota, network);
    }

    public SandboxSettings internalHosts(List<String> hosts) {
        return network(new Network(hosts, network.connections(), network.bytes()));
    }

    public SandboxSettings network(Network granted) {
        return new SandboxSettings(atMost, bubblewrap, firstUser, users, bytesPerProcessor, hardQuota, granted);
    }
}
