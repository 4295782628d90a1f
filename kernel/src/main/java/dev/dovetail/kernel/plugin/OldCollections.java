package dev.dovetail.kernel.plugin;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Counts the collections that unload classes. */
interface OldCollections {
    /** How many there have been in this JVM. */
    long old();

    /** As the JVM's own collectors tell. */
    static OldCollections ofThisJvm() {
        List<GarbageCollectorMXBean> old = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(bean -> collectsOld(bean.getName()))
                .toList();
        return () -> old.stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }

    /** Serial and Parallel say MarkSweep, G1 Old Generation and Concurrent GC, ZGC Major Cycles, Shenandoah Cycles. */
    private static boolean collectsOld(String name) {
        return name.contains("MarkSweep")
                || name.contains("Old Gen")
                || name.contains("G1 Concurrent")
                || name.contains("Major Cycles")
                || name.contains("Shenandoah Cycles");
    }
}
