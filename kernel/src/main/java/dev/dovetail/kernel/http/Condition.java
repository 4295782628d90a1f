package dev.dovetail.kernel.http;

import java.util.Map;

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

    boolean serves() {
        return obstacles.isEmpty();
    }

    String word() {
        return !serves() ? "down" : lacks.isEmpty() ? "up" : "degraded";
    }
}
