package dev.dovetail.worker;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Link;
import java.io.IOException;
import java.time.Duration;

/** Makes sure that a worker lives whose call should have ended long ago. Thread-safe. */
final class Vigil {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final Link link;
    private volatile long lastHeard = System.nanoTime();
    private volatile boolean asking;

    Vigil(Link link) {
        this.link = link;
    }

    /** The worker has sent something. */
    void heard() {
        lastHeard = System.nanoTime();
    }

    /** Whether somebody has to {@link #ask} now, and nobody does. */
    boolean begins() {
        if (asking) {
            return false;
        }
        asking = true;
        return true;
    }

    /** Asks, and waits; answers whether the worker lives. Then it is between the call and its caller. */
    boolean ask() throws InterruptedException {
        long begun = System.nanoTime();
        try {
            link.send(Kind.PING, new byte[0], Bytes.empty());
            Thread.sleep(SILENCE);
        } catch (IOException e) {
            return true; // it has ended, which is heard elsewhere
        }
        asking = false;
        return lastHeard - begun > 0;
    }

    static String words() {
        return "it was silent for " + SILENCE + " after the deadline of its call";
    }
}
