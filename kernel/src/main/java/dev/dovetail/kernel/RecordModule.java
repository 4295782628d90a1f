package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Records;
import java.time.InstantSource;

/** What is remembered of executions. */
final class RecordModule extends AbstractModule {
    @Provides
    @Singleton
    Records records(Plugins plugins, Threads threads, InstantSource clock, Boot boot) {
        return new Records(plugins.state(), threads.platform("records"), clock, boot.id());
    }
}
