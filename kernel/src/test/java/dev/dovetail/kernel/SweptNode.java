package dev.dovetail.kernel;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Policy;
import dev.dovetail.kernel.catalog.Stored;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.cluster.Settings;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.sweep.Sweep;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** The storeys of a node that keep code and let it go, on stores that a test has lent, at a time that it sets. */
final class SweptNode implements AutoCloseable {
    static final Duration GRACE = Duration.ofDays(14);
    static final Duration UNNEEDED = Duration.ofDays(32);
    static final Name TENANT = Principal.DEFAULT_TENANT;
    private static final Principal BY =
            new Principal("system", "test", TENANT, List.of(), List.of("*"), List.of(), Optional.empty());

    final Set<Stored.Pin> open = new HashSet<>();
    final Catalog catalog;
    private final Plugins plugins;
    private final Cluster cluster;
    private final Sweep sweep;
    private long gone;

    /** @param sweeps whether it may be the one that does; otherwise it is as one that was started paused */
    SweptNode(Path folder, StateStore state, BlobStore blobs, InstantSource clock, boolean sweeps)
            throws IOException, InterruptedException {
        plugins = Lent.plugins(folder, state, blobs, new Commands());
        catalog = new Catalog(
                plugins,
                House.SCHEMAS,
                folder.resolve("data"),
                new Policy(Isolation.PROCESS, false, 3650),
                (_, _, _) -> {},
                new Contracts(),
                clock);
        catalog.load();
        cluster = new Cluster(
                plugins.state(),
                Thread.ofPlatform().daemon().factory(),
                InstantSource.system(),
                System::nanoTime,
                new Cluster.Self(
                        folder.getFileName().toString(), "", UUID.randomUUID().toString()),
                Settings.USUAL);
        cluster.start(
                new Cluster.Watcher() {
                    @Override
                    public void taken(Fence fence) {}

                    @Override
                    public void lost(int shard) {}
                },
                !sweeps);
        Fleet fleet = new Fleet(plugins, cluster, House.SCHEMAS, clock);
        sweep = new Sweep(plugins, catalog, fleet, cluster, House.SCHEMAS, clock, GRACE, many -> gone += many);
    }

    /** Does it if it is the one that does; answers how many blobs went. */
    long sweep() throws InterruptedException {
        gone = 0;
        catalog.follow();
        sweep.run(UNNEEDED, () -> open);
        return gone;
    }

    /** Makes a function or its next version; answers the digest of its code. */
    Digest deploy(String function, String lines) throws InterruptedException {
        boolean there = catalog.list(TENANT, _ -> true, "", Integer.MAX_VALUE).entries().stream()
                .anyMatch(each -> each.function().name().text().equals(function));
        ObjectNode body = House.SCHEMAS.object(there ? House.code(lines) : House.function(function, lines));
        Catalog.Changed changed = there
                ? catalog.addVersion(BY, function, body, Optional.empty(), false, false)
                : catalog.create(BY, body, Optional.empty(), false);
        return changed.entry().newest().orElseThrow().version().code();
    }

    /** Makes a version with the code of the one before. */
    Digest configure(String function, String value) throws InterruptedException {
        ObjectNode body = House.SCHEMAS.object("{\"environment\":{\"E\":\"" + value + "\"}}");
        return catalog.change(BY, function, body, false, false)
                .entry()
                .newest()
                .orElseThrow()
                .version()
                .code();
    }

    void delete(String function) throws InterruptedException {
        catalog.delete(BY, function);
    }

    void deleteVersion(String function, int number) throws InterruptedException {
        catalog.deleteVersion(BY, function, "" + number, false);
    }

    void layer(String name, byte[] archive) throws InterruptedException {
        catalog.addLayer(BY, Name.of(name), "", archive, false);
    }

    static boolean has(BlobStore blobs, Digest digest) throws IOException {
        return blobs.copy(TENANT, digest, OutputStream.nullOutputStream());
    }

    @Override
    public void close() {
        cluster.close();
        plugins.close();
    }
}
