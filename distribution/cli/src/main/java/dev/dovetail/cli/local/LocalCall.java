package dev.dovetail.cli.local;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What is to be run.
 *
 * @param name the function's, as its code sees it
 * @param code the folder with its files
 * @param input one JSON value
 * @param limits those that only the runtime's executor has; the others of its schema get their defaults
 * @param secrets by the names as they were given
 */
public record LocalCall(
        Name name,
        Offer offer,
        Path code,
        String handler,
        Bytes input,
        Map<String, String> environment,
        Map<String, String> secrets,
        Map<String, Long> limits,
        int memoryMb,
        Duration timeout,
        Isolation atLeast) {
    public LocalCall {
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
        limits = Map.copyOf(limits);
    }
}
