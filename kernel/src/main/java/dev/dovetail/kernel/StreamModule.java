package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.StreamLimits;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.spi.Config;
import java.time.InstantSource;

/** What streamed calls send and are sent. */
final class StreamModule extends AbstractModule {
    @Provides
    @Singleton
    Streams streams(
            Configuration configuration,
            Plugins plugins,
            Schemas schemas,
            Threads threads,
            InstantSource clock,
            Cluster cluster,
            Boot boot) {
        Config config = configuration.values().at("streams");
        StreamLimits limits = new StreamLimits(
                (int) config.number("window-events"),
                config.number("window-bytes"),
                config.number("max-bytes"),
                config.duration("reader-patience"),
                config.duration("retention"));
        return new Streams(
                plugins.state(), schemas, limits, threads.virtual("streams"), clock, cluster.calendar(), boot.id());
    }
}
