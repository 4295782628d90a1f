package dev.dovetail.kernel.telemetry;

import java.util.Map;

/** What a gauge shows at the moment it is asked. */
public record Reading(double value, Map<String, String> labels) {
    public Reading {
        labels = Map.copyOf(labels);
    }
}
