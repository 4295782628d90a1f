package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Settings;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.plugin.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** Which nodes live, and which shard is whose. */
final class ClusterModule extends AbstractModule {
    @Provides
    @Singleton
    Cluster cluster(Plugins plugins, Threads threads, InstantSource clock, Configuration configuration, Boot boot) {
        return new Cluster(
                plugins.state(),
                threads.platform("cluster"),
                clock,
                System::nanoTime,
                new Cluster.Self(name(configuration.data()), "", boot.id()),
                new Settings(64, Duration.ofSeconds(1), Duration.ofSeconds(3)));
    }

    /** The node's lasting name lies with its data: who has the folder is the node. */
    private static String name(Path data) {
        Path file = data.resolve("node");
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(data);
                Files.writeString(file, "n" + UUID.randomUUID().toString().substring(0, 8));
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("The node's name cannot be kept in " + file, e);
        }
    }
}
