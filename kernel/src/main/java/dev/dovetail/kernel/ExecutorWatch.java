package dev.dovetail.kernel;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.plugin.Kind;
import dev.dovetail.kernel.plugin.SlotWatcher;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/**
 * What the storeys above do when an executor is swapped: say which versions the new one must be able to start, and let the idle
 * instances of the old one go. One of the few ways up, so it is here.
 */
record ExecutorWatch(Pools pools, Catalog catalog) implements SlotWatcher {
    private static final System.Logger LOG = System.getLogger(ExecutorWatch.class.getName());

    @Override
    public List<Launch> inUse(Name slot) {
        List<Launch> launches = new ArrayList<>();
        for (Deployed each : pools.calledLately(slot)) {
            try {
                launches.add(catalog.launch(each));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return launches;
            } catch (RuntimeException e) {
                // a version whose code cannot be had is no reason to refuse an executor
                LOG.log(Level.WARNING, "{0} is not shown to the new executor: {1}", each.id(), e.toString());
            }
        }
        return launches;
    }

    @Override
    public void retiring(Kind kind, Name slot, long generation) {
        if (kind == Kind.EXECUTOR) {
            try {
                pools.retire();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
