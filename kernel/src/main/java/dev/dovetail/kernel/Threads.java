package dev.dovetail.kernel;

import java.util.concurrent.ThreadFactory;

/** Makes the kernel's threads: outside of plugins, no others are made. */
final class Threads {
    /** For what waits. */
    ThreadFactory virtual(String name) {
        return Thread.ofVirtual().name(name + "-", 0).factory();
    }

    /** For what must run on time whatever the virtual threads do. */
    ThreadFactory platform(String name) {
        return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    }
}
