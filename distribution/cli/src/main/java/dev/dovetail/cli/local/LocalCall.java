package dev.dovetail.cli.local;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be run.
 *
 * @param name the function's, as its code sees it
 * @param code the folder with its files
 * @param input one JSON value
 * @param pieces of its input, each a JSON value, if it is called as a stream
 * @param limits those that only the runtime's executor has; the others of its schema get their defaults
 * @param secrets by the names as they were given
 */
public record LocalCall(
        Name name,
        Offer offer,
        Path code,
        String handler,
        Bytes input,
        Optional<List<Bytes>> pieces,
        Map<String, String> environment,
        Map<String, String> secrets,
        Map<String, Long> limits,
        int memoryMb,
        Duration timeout,
        Isolation atLeast) {
    public LocalCall {
        pieces = pieces.map(List::copyOf);
        environment = Map.copyOf(environment);
        secrets = Map.copyOf(secrets);
        limits = Map.copyOf(limits);
    }
}
