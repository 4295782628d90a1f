package dev.dovetail.kernel.durable.due;

import java.util.HashSet;
import java.util.Set;

/**
 * What is held of one shard: all its entries before the edge, which is a place. What is at the edge or after it is in the store
 * only. One opening of the shard has one window.
 */
final class Window {
    final int shard;
    final Set<Due> held = new HashSet<>();
    String edge = "";
    /** When what is before the edge was read, in nanoseconds. */
    long readAt;

    Window(int shard, long readAt) {
        this.shard = shard;
        this.readAt = readAt;
    }

    boolean covers(Due due) {
        return due.place().compareTo(edge) < 0;
    }
}
