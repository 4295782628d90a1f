package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Archive;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.schema.Schemas;
import java.time.InstantSource;
import java.util.Optional;

/** What is remembered of executions. */
final class RecordModule extends AbstractModule {
    @Provides
    @Singleton
    Archive archive(Configuration configuration, Schemas schemas) {
        String folder = configuration.values().at("executions").text("archive");
        return new Archive(
                folder.isEmpty()
                        ? Optional.empty()
                        : Optional.of(configuration.data().resolve(folder)),
                schemas,
                Packed::unpack);
    }

    @Provides
    @Singleton
    Audit audit(
            Plugins plugins,
            Schemas schemas,
            Threads threads,
            InstantSource clock,
            Cluster cluster,
            Boot boot,
            Archive archive) {
        return new Audit(
                plugins.state(), schemas, boot.id(), threads.platform("audit"), clock, cluster.calendar(), archive);
    }

    @Provides
    @Singleton
    Records records(
            Plugins plugins, Threads threads, InstantSource clock, Cluster cluster, Boot boot, Archive archive) {
        return new Records(
                plugins.state(),
                threads.platform("records"),
                clock,
                cluster.calendar(),
                boot.id(),
                archive,
                () -> cluster.fence(0).isPresent());
    }
}
