package dev.dovetail.worker;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.plugin.ExecutorProvider.Runtime;
import dev.dovetail.worker.log.Pipes;
import dev.dovetail.worker.sandbox.SandboxSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What an operator decides about workers.
 *
 * @param startTimeout how long a worker may take to start, and the code to load
 * @param grace how long code may take to leave once it was told to, where others' calls run in the same process
 * @param stdio whether workers are spoken with over their standard streams, and not over a socket
 * @param interpreters where runtimes are that are not found by themselves, by their names
 */
public record WorkerSettings(
        Duration startTimeout,
        Duration grace,
        boolean stdio,
        Pipes.Bounds logs,
        Map<String, String> interpreters,
        SandboxSettings sandbox) {
    /** The properties that a plugin's schema has for this, to be put into its {@code properties}. */
    public static final String SCHEMA = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "properties": {
                "interpreters": {
                  "description": "Where runtimes are that are not found by themselves: their names and the paths of programs",
                  "type": "object",
                  "additionalProperties": {"type": "string"},
                  "default": {}
                },
                "start-timeout": {
                  "description": "How long a worker may take to start and to load a function's code, as ISO-8601 duration",
                  "type": "string",
                  "default": "PT10S"
                },
                "transport": {
                  "description": "How workers are spoken with",
                  "enum": ["socket", "stdio"],
                  "default": "socket"
                },
                "isolation-at-most": {
                  "description": "No stronger isolation than this is tried; each function may demand a weakest one",
                  "enum": ["process", "standard", "strict"],
                  "default": "strict"
                },
                "internal-hosts": {
                  "description": "Hosts, addresses and networks that functions with a network of their own may reach although they are not public; what outbound.allow has, unless it is given",
                  "type": "array",
                  "items": {"type": "string", "minLength": 1},
                  "default": []
                },
                "log-lines": {
                  "description": "How many lines of a call's output are kept",
                  "type": "integer",
                  "minimum": 1,
                  "default": 10000
                },
                "log-bytes": {
                  "description": "How many bytes of a call's output are kept; a worker that writes 16 times as many is ended",
                  "type": "integer",
                  "minimum": 1024,
                  "default": 1048576
                }
              },
              "additionalProperties": false
            }
            """;

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final int HARD = 16;

    public WorkerSettings {
        interpreters = Map.copyOf(interpreters);
    }

    public static WorkerSettings of(Config config) {
        Map<String, String> interpreters = interpreters(config);
        long bytes = config.number("log-bytes");
        return new WorkerSettings(
                config.duration("start-timeout"),
                GRACE,
                config.text("transport").equals("stdio"),
                new Pipes.Bounds((int) Math.min(config.number("log-lines"), Integer.MAX_VALUE), bytes, bytes * HARD),
                interpreters,
                SandboxSettings.DEFAULTS
                        .atMost(Isolation.valueOf(
                                config.text("isolation-at-most").toUpperCase(Locale.ROOT)))
                        .internalHosts(config.texts("internal-hosts")));
    }

    private static Map<String, String> interpreters(Config config) {
        Map<String, String> interpreters = new LinkedHashMap<>();
        Config named = config.at("interpreters");
        named.keys().forEach(runtime -> interpreters.put(runtime, named.text(runtime)));
        return interpreters;
    }

    /** What is offered, with what the configuration shows besides: none of that is missing. */
    public static List<Runtime> shown(List<Runtime> offered, Config config) {
        Map<String, String> interpreters = interpreters(config);
        List<Runtime> shown = new ArrayList<>();
        for (Runtime each : offered) {
            boolean here = interpreters.remove(each.name()) != null;
            shown.add(here ? new Runtime(each.name(), each.suffix(), each.handler(), Optional.empty()) : each);
        }
        Runtime like = offered.getFirst();
        interpreters
                .keySet()
                .forEach(name -> shown.add(new Runtime(name, like.suffix(), like.handler(), Optional.empty())));
        return List.copyOf(shown);
    }
}
