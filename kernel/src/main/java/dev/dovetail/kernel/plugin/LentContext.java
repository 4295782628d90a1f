package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Context;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/** What one open service is lent. */
record LentContext(System.Logger log, Workers workers, Path scratch, Path cache, Path home, InstantSource clock)
        implements Context {
    @Override
    public ThreadFactory threads() {
        return workers.virtual();
    }

    @Override
    public ThreadFactory threads(int stackBytes) {
        return workers.platform(stackBytes);
    }
}
