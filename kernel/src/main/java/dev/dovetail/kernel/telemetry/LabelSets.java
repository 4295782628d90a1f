package dev.dovetail.kernel.telemetry;

import dev.dovetail.spi.VersionId;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

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
    private final Map<Who, FunctionMeter> own = new ConcurrentHashMap<>();
    private final Map<String, FunctionMeter> shared = new ConcurrentHashMap<>();
    private final FunctionMeter last;

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
        Who who = new Who(version.tenant().text(), version.function().text(), "v" + version.number());
        FunctionMeter found = own.get(who);
        if (found == null && room.tryAcquire()) {
            FunctionMeter made = meter(who, meter -> leave(who, meter));
            found = own.putIfAbsent(who, made);
            if (found == null) {
                return made;
            }
            room.release();
        }
        return found == null ? other(who.tenant) : found;
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

    private void leave(Who who, FunctionMeter meter) {
        if (own.remove(who, meter)) {
            room.release();
        }
    }

    /** Whether a series still belongs to somebody: the library keeps those of versions that are gone. */
    boolean shown(Attributes labels) {
        String function = labels.get(FUNCTION);
        String version = labels.get(VERSION);
        if (function == null || version == null || function.equals(OTHER)) {
            return true;
        }
        return own.containsKey(new Who(String.valueOf(labels.get(TENANT)), function, version));
    }
}
