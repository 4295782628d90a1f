package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Archive;
import dev.dovetail.kernel.record.Records;

/** What is the composition root's own. */
final class KernelModule extends AbstractModule {
    @Provides
    @Singleton
    Threads threads() {
        return new Threads();
    }

    @Provides
    @Singleton
    Boot boot() {
        return Boot.now();
    }

    @Provides
    @Singleton
    Health health(Plugins plugins, Provider<Cluster> cluster, Provider<Records> records, Provider<Archive> archive) {
        return new Health(plugins, cluster::get, records::get, archive::get);
    }
}
