package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;

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
    Health health(dev.dovetail.kernel.plugin.Plugins plugins, Provider<Cluster> cluster) {
        return new Health(plugins, cluster::get);
    }
}
