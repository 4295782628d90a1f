package dev.dovetail.kernel;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.http.Condition;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.record.Archive;
import dev.dovetail.kernel.record.Records;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Says how the system is. A slot that is empty is this node's own trouble, and keeps it from serving; a state store that cannot be
 * reached, or whose disk is full, is that of all nodes at once, and plain calls go on without it, so no node is to be taken out of use for it.
 */
final class Health {
    private final Plugins plugins;
    private final Supplier<Cluster> cluster;
    private final Supplier<Records> records;
    private final Supplier<Archive> archive;
    private volatile boolean stopping;

    Health(Plugins plugins, Supplier<Cluster> cluster, Supplier<Records> records, Supplier<Archive> archive) {
        this.archive = archive;
        this.plugins = plugins;
        this.cluster = cluster;
        this.records = records;
    }

    void stopping() {
        stopping = true;
    }

    Condition condition() {
        Map<String, String> obstacles = new TreeMap<>();
        if (stopping) {
            obstacles.put("kernel", "it is stopping");
        }
        cluster.get().end().ifPresent(why -> obstacles.put("cluster", why));
        plugins.emptySlots().forEach(obstacles::put);
        Map<String, String> lacks = new TreeMap<>();
        cluster.get().trouble().ifPresent(why -> lacks.put("cluster", why));
        records.get().trouble().ifPresent(why -> lacks.put("records", "they cannot be written, and wait: " + why));
        archive.get().trouble().ifPresent(why -> lacks.put("archive", why));
        return new Condition(obstacles, lacks);
    }
}
