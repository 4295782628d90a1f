package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import java.time.InstantSource;

/** What is remembered of executions. */
final class RecordModule extends AbstractModule {
    @Provides
    @Singleton
    Audit audit(Plugins plugins, Schemas schemas, Threads threads, InstantSource clock, Cluster cluster, Boot boot) {
        return new Audit(plugins.state(), schemas, boot.id(), threads.platform("audit"), clock, cluster.calendar());
    }

    @Provides
    @Singleton
    Records records(Plugins plugins, Threads threads, InstantSource clock, Cluster cluster, Boot boot) {
        return new Records(plugins.state(), threads.platform("records"), clock, cluster.calendar(), boot.id());
    }
}
