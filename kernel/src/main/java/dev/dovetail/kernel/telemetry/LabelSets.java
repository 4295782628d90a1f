package dev.dovetail.kernel.telemetry;

import dev.dovetail.spi.VersionId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who has series of its own. There is room for so many versions; those that come later share the labels
 * {@code function="_other", version="_other"} of their tenant, and tenants beyond that number share one as well.
 */
final class LabelSets {
    static final String OTHER = "_other";

    private static final AttributeKey<String> TENANT = AttributeKey.stringKey("tenant");
    private static final AttributeKey<String> FUNCTION = AttributeKey.stringKey("function");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("version");

    private record Who(String tenant, String function, String version) {}

    private final Instruments instruments;
    private final Totals totals = new Totals();
    private final Semaphore room;
    private final Semaphore tenantRoom;
    private final Map<VersionId, FunctionMeter> own = new ConcurrentHashMap<>();
    private final Map<Who, FunctionMeter> byLabels = new ConcurrentHashMap<>();
    private final Map<String, FunctionMeter> shared = new ConcurrentHashMap<>();
    private final FunctionMeter last;
    /** Since when versions are known to be gone. */
    private final Map<VersionId, Long> gone = new HashMap<>();

    LabelSets(Instruments instruments, int most) {
        this.instruments = instruments;
        this.room = new Semaphore(most);
        this.tenantRoom = new Semaphore(most);
        this.last = meter(new Who(OTHER, OTHER, OTHER), _ -> {});
    }

    Totals totals() {
        return totals;
    }

    FunctionMeter meter(VersionId version) {
        FunctionMeter found = own.get(version);
        if (found == null && room.tryAcquire()) {
            Who who = new Who(version.tenant().text(), version.function().text(), "v" + version.number());
            FunctionMeter made = meter(who, meter -> leave(version, who, meter));
            found = own.putIfAbsent(version, made);
            if (found == null) {
                byLabels.put(who, made);
                return made;
            }
            room.release();
        }
        return found == null ? other(version.tenant().text()) : found;
    }

    private FunctionMeter other(String tenant) {
        FunctionMeter found = shared.get(tenant);
        if (found == null && tenantRoom.tryAcquire()) {
            FunctionMeter made = meter(new Who(tenant, OTHER, OTHER), _ -> {});
            found = shared.putIfAbsent(tenant, made);
            if (found == null) {
                return made;
            }
            tenantRoom.release();
        }
        return found == null ? last : found;
    }

    private FunctionMeter meter(Who who, Consumer<FunctionMeter> onClose) {
        Attributes labels = Attributes.of(TENANT, who.tenant, FUNCTION, who.function, VERSION, who.version);
        return new LabelledMeter(instruments, totals, labels, onClose);
    }

    private void leave(VersionId version, Who who, FunctionMeter meter) {
        if (own.remove(version, meter)) {
            byLabels.remove(who, meter);
            room.release();
        }
    }

    /**
     * Ends the series of versions that have not been there for so long.
     *
     * @param now in nanoseconds since any moment
     */
    synchronized void keep(Predicate<VersionId> there, Duration longest, long now) {
        own.forEach((version, meter) -> {
            if (there.test(version)) {
                gone.remove(version);
            } else if (now - gone.computeIfAbsent(version, _ -> now) >= longest.toNanos()) {
                gone.remove(version);
                meter.close();
            }
        });
    }

    /** Whether a series still belongs to somebody: the library keeps those of versions that are gone. */
    boolean shown(Attributes labels) {
        String function = labels.get(FUNCTION);
        String version = labels.get(VERSION);
        if (function == null || version == null || function.equals(OTHER)) {
            return true;
        }
        return byLabels.containsKey(new Who(String.valueOf(labels.get(TENANT)), function, version));
    }
}
