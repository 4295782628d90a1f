package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Policy;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.cluster.Settings;
import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.PluginSettings;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.SlotSetting;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped stores over weeks: what nothing refers to goes from the disk, over restarts and after a restore. */
@Timeout(180)
final class KeptCodeTest {
    private static final Principal BY = new Principal(
            "system", "test", Principal.DEFAULT_TENANT, List.of(), List.of("*"), List.of(), Optional.empty());

    @TempDir
    private Path folder;

    private Instant now = Instant.now();

    /** The storeys that keep code, from an opened system. */
    private final class Node implements AutoCloseable {
        private final Schemas schemas = new Schemas();
        private final Plugins plugins;
        private final Catalog catalog;
        private final Cluster cluster;
        private final Sweep sweep;

        Node() throws Exception {
            Path data = folder.resolve("data");
            Path shipped = Files.createDirectories(folder.resolve("shipped"));
            try (Stream<Path> jars = Files.list(House.HOME.resolve("plugins"))) {
                for (Path jar : jars.filter(each -> each.getFileName()
                                .toString()
                                .matches("(storage-h2|blob-directory|executor-starlark).*"))
                        .toList()) {
                    Files.copy(jar, shipped.resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            plugins = new Plugins(
                    new PluginSettings(
                            shipped,
                            data,
                            "0.1.0",
                            List.of(
                                    slot(Kind.STATE, "h2", "file", "state/dovetail"),
                                    slot(Kind.BLOBS, "directory", "directory", "blobs")),
                            List.of(),
                            false,
                            () -> now,
                            PluginSettings.Times.USUAL),
                    new Configs(schemas)::check);
            plugins.start();
            catalog = new Catalog(
                    plugins,
                    schemas,
                    data,
                    new Policy(Isolation.PROCESS, false, 3650),
                    (_, _, _) -> {},
                    new Contracts(),
                    () -> now);
            catalog.load();
            cluster = new Cluster(
                    plugins.state(),
                    Thread.ofPlatform().daemon().factory(),
                    () -> now,
                    System::nanoTime,
                    new Cluster.Self("one", "", UUID.randomUUID().toString()),
                    Settings.USUAL);
            cluster.start(new Cluster.Watcher() {
                @Override
                public void taken(Fence fence) {}

                @Override
                public void lost(int shard) {}
            });
            Fleet fleet = new Fleet(plugins, cluster, schemas, () -> now);
            sweep = new Sweep(plugins, catalog, fleet, cluster, schemas, () -> now, Duration.ofDays(14), _ -> {});
        }

        private SlotSetting slot(Kind kind, String type, String key, String value) {
            return new SlotSetting(
                    kind,
                    Name.of("kept"),
                    Name.of(type),
                    Optional.empty(),
                    schemas.object().put(key, value));
        }

        void deploy(String name, String source) throws InterruptedException {
            var body = schemas.object().put("name", name).put("runtime", "starlark");
            body.putObject("code").put("source", "def main(ctx, input):\n    return " + source);
            catalog.create(BY, body, Optional.empty(), false);
        }

        void sweep() throws InterruptedException {
            sweep.run(Duration.ofDays(32), Set::of);
        }

        @Override
        public void close() {
            cluster.close();
            plugins.close();
        }
    }

    private long blobs() throws Exception {
        try (Stream<Path> all = Files.walk(folder.resolve("data/blobs/default"))) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void whatIsDeletedGoesFromTheDiskOverRestartsAndARestoredStoreFindsItsCode() throws Exception {
        try (Node node = new Node()) {
            node.deploy("stays", "1");
            node.deploy("goes", "2");
            node.sweep(); // and the state store has a name, which the backup has too
        }
        Path backup = folder.resolve("backup");
        copy(folder.resolve("data/state"), backup);
        try (Node node = new Node()) {
            node.catalog.delete(BY, "goes");
            now = now.plus(Duration.ofDays(91));
            node.sweep(); // it is retained no longer
            now = now.plus(Duration.ofDays(33));
            node.sweep(); // and nothing needs it
            assertEquals(2, blobs());
        }
        try (Node node = new Node()) {
            now = now.plus(Duration.ofDays(13));
            node.sweep();
            assertEquals(2, blobs());
        }
        Path later = folder.resolve("later");
        copy(folder.resolve("data/state"), later);
        Blobs.delete(folder.resolve("data/state"));
        copy(backup, folder.resolve("data/state"));
        try (Node node = new Node()) {
            node.sweep();
            now = now.plus(Duration.ofDays(30));
            node.sweep();
            assertEquals(2, blobs(), "it is in use in the backup");
            assertFalse(node.catalog.require(Principal.DEFAULT_TENANT, "goes").deleted());
        }
        Blobs.delete(folder.resolve("data/state"));
        copy(later, folder.resolve("data/state"));
        try (Node node = new Node()) {
            node.sweep();
            assertEquals(1, blobs());
            assertTrue(node.catalog.list(Principal.DEFAULT_TENANT, _ -> true, "", 10).entries().stream()
                    .allMatch(each -> each.function().name().text().equals("stays")));
        }
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each).toString()));
            }
        }
    }
}
