package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.due.Due;

/** Keeps what this node has to carry next: told of what was written, after it was written. */
interface Agenda {
    /** This is due then, and not at any other time that was told of. */
    void add(Due due);

    /** Whoever took this has left it; if it goes on, that was added. */
    void done(String id);
}
