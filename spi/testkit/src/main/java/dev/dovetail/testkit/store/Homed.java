package dev.dovetail.testkit.store;

import dev.dovetail.spi.Context;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** A context with another home, for opening a copy. */
record Homed(Context context, Path home) implements Context {
    @Override
    public System.Logger log() {
        return context.log();
    }

    @Override
    public ThreadFactory threads() {
        return context.threads();
    }

    @Override
    public ThreadFactory threads(int stackBytes) {
        return context.threads(stackBytes);
    }

    @Override
    public Path scratch() {
        return context.scratch();
    }

    @Override
    public Path cache() {
        return context.cache();
    }

    @Override
    public InstantSource clock() {
        return context.clock();
    }
}
