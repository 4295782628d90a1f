package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.due.DueQueue;

/** Keeps what this node has to carry next: told of what was written, after it was written. */
interface Agenda {
    /** This is due then, and not at any other time that was told of. */
    void add(Due due);

    /** Whoever took this has left it; if it goes on, that was added. */
    void done(String id);

    static Agenda of(DueQueue queue) {
        return new Agenda() {
            @Override
            public void add(Due due) {
                queue.add(due);
            }

            @Override
            public void done(String id) {
                queue.done(id);
            }
        };
    }
}
