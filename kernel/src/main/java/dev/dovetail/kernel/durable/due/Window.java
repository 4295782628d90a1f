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

    Window(int shard) {
        this.shard = shard;
    }

    boolean covers(Due due) {
        return due.place().compareTo(edge) < 0;
    }
}
