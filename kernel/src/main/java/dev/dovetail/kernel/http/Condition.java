package dev.dovetail.kernel.http;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How this node is, by part, in words.
 *
 * @param obstacles what keeps it from serving; others may serve in its place
 * @param lacks what does not work while plain calls are served
 */
public record Condition(Map<String, String> obstacles, Map<String, String> lacks) {
    public Condition {
        obstacles = Map.copyOf(obstacles);
        lacks = Map.copyOf(lacks);
    }

    public boolean serves() {
        return obstacles.isEmpty();
    }

    /** Both together, in the order of the parts. */
    public SortedMap<String, String> troubles() {
        SortedMap<String, String> all = new TreeMap<>(lacks);
        all.putAll(obstacles);
        return all;
    }

    String word() {
        return !serves() ? "down" : lacks.isEmpty() ? "up" : "degraded";
    }
}
