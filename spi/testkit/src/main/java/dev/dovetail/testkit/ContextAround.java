package dev.dovetail.testkit;

import dev.dovetail.spi.Context;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** A context that is like another one but for what its implementor says: a record of that one and of what differs. */
public interface ContextAround extends Context {
    /** The one that it is like. */
    Context context();

    @Override
    default System.Logger log() {
        return context().log();
    }

    @Override
    default ThreadFactory threads() {
        return context().threads();
    }

    @Override
    default ThreadFactory threads(int stackBytes) {
        return context().threads(stackBytes);
    }

    @Override
    default Path scratch() {
        return context().scratch();
    }

    @Override
    default Path cache() {
        return context().cache();
    }

    @Override
    default Path home() {
        return context().home();
    }

    @Override
    default InstantSource clock() {
        return context().clock();
    }
}
