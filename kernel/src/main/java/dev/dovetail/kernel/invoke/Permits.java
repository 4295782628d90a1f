package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Quota;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** How many calls are under way: of each function, and on this node. A full one refuses at once; nobody waits in line. */
final class Permits {
    private final int mostOnNode;
    private final Consumer<VersionId> refused;
    private final AtomicInteger onNode = new AtomicInteger();
    private final Map<Of, AtomicInteger> ofFunction = new ConcurrentHashMap<>();

    private record Of(Name tenant, Name function) {}

    /** @param refused is told of each call that finds no place */
    Permits(int mostOnNode, Consumer<VersionId> refused) {
        this.mostOnNode = mostOnNode;
        this.refused = refused;
    }

    /** One call's place. */
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * @param nested whether a function calls: it has its parent's place on the node, and only needs one of the function
     * @throws Refusal if there is no place
     */
    Permit take(Deployed version, boolean nested) {
        AtomicInteger its = ofFunction.computeIfAbsent(
                new Of(version.id().tenant(), version.id().function()), any -> new AtomicInteger());
        int most = version.maxConcurrent();
        if (its.incrementAndGet() > most) {
            its.decrementAndGet();
            refused.accept(version.id());
            if (nested) {
                throw Refusal.of(
                        ErrorType.WOULD_DEADLOCK,
                        "All " + most + " places of \"" + version.id().function()
                                + "\" are taken, and a function that waits for one holds others");
            }
            throw Refusal.of(
                            ErrorType.QUOTA_EXCEEDED,
                            "\"" + version.id().function() + "\" has " + most
                                    + " calls under way, which is the most that it allows at once (maxConcurrent)")
                    .with("retryAfterSeconds", 1);
        }
        if (!nested && onNode.incrementAndGet() > mostOnNode) {
            onNode.decrementAndGet();
            its.decrementAndGet();
            refused.accept(version.id());
            throw Refusal.of(
                            ErrorType.UNAVAILABLE,
                            "This node has " + mostOnNode
                                    + " calls under way, which is the most (executions.max-concurrent)")
                    .with("retryAfterSeconds", 1);
        }
        return () -> {
            its.decrementAndGet();
            if (!nested) {
                onNode.decrementAndGet();
            }
        };
    }

    /** Of this node. */
    Quota usage() {
        return Quota.limited("calls", onNode.get(), mostOnNode);
    }

    int underWay() {
        return onNode.get();
    }

    int underWay(Name tenant, Name function) {
        AtomicInteger its = ofFunction.get(new Of(tenant, function));
        return its == null ? 0 : its.get();
    }
}
