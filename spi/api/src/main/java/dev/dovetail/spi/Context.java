package dev.dovetail.spi;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** What the kernel lends to an open service. Everything here ends when the plugin is unloaded. Thread-safe. */
@KernelProvided
public interface Context {
    /** Writes to the kernel's log under the plugin's name and version. */
    System.Logger log();

    /**
     * Makes virtual threads that the kernel interrupts and joins at unload. A plugin has no other way to make threads
     * but this one and the next.
     */
    ThreadFactory threads();

    /**
     * Makes platform threads with this stack, for code that computes: a virtual thread is never taken off its carrier.
     *
     * @param stackBytes 0 for the JVM's default
     */
    ThreadFactory threads(int stackBytes);

    /** An empty directory of this plugin version's own, deleted at unload. */
    Path scratch();

    /** A directory of this plugin id's, kept over versions, bounded, which may be emptied at any time. */
    Path cache();

    /** The data folder, against which relative paths in a configuration are resolved. */
    Path home();

    InstantSource clock();
}
