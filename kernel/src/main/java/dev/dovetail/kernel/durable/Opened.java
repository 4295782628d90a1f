package dev.dovetail.kernel.durable;

import java.util.List;
import java.util.Optional;

/**
 * Some open executions, newest first.
 *
 * @param upTo the id down to which all were looked at, if as many were as may be at once
 */
public record Opened(List<Shown> found, Optional<String> upTo) {
    public static final Opened NONE = new Opened(List.of(), Optional.empty());

    public Opened {
        found = List.copyOf(found);
    }
}
