package dev.dovetail.kernel.record;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where an execution stands. On the wire it is the GTS id; the short word is for filters and people. */
public enum ExecutionStatus {
    QUEUED,
    RUNNING,
    SUSPENDED,
    SUCCEEDED,
    FAILED,
    CANCELED,
    COMPENSATING,
    COMPENSATED,
    DEAD_LETTERED;

    private static final Map<ExecutionStatus, Set<ExecutionStatus>> NEXT = new EnumMap<>(Map.of(
            QUEUED, EnumSet.of(RUNNING, CANCELED, FAILED),
            RUNNING, EnumSet.of(SUCCEEDED, FAILED, SUSPENDED, CANCELED, COMPENSATING, DEAD_LETTERED, QUEUED),
            SUSPENDED, EnumSet.of(RUNNING, CANCELED, FAILED, COMPENSATING),
            COMPENSATING, EnumSet.of(COMPENSATED, DEAD_LETTERED)));

    /** Words of an earlier edition, read but never written. */
    private static final Map<String, ExecutionStatus> OLDER = Map.of("paused", SUSPENDED, "cancelled", CANCELED);

    private static final String BASE = "gts.x.core.faas.status.v1~";
    private static final Map<String, ExecutionStatus> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(ExecutionStatus::id, s -> s));

    private final String word = name().toLowerCase(Locale.ROOT);
    private final String id = "gts.x.core.faas.status.v1~x.core._." + word + ".v1~";

    /** The short word, such as {@code dead_lettered}. */
    public String word() {
        return word;
    }

    /** The GTS id. */
    public String id() {
        return id;
    }

    /** The status of this GTS id or short word. */
    public static Optional<ExecutionStatus> find(String idOrWord) {
        String text = idOrWord.startsWith(BASE + "x.core._.") && idOrWord.endsWith(".v1~")
                ? idOrWord.substring((BASE + "x.core._.").length(), idOrWord.length() - ".v1~".length())
                : idOrWord;
        Optional<ExecutionStatus> older = Optional.ofNullable(OLDER.get(text));
        return older.isPresent() ? older : Optional.ofNullable(BY_ID.get(BASE + "x.core._." + text + ".v1~"));
    }

    /** Whether an execution may go from this status to that one. */
    public boolean mayBecome(ExecutionStatus next) {
        return NEXT.getOrDefault(this, Set.of()).contains(next);
    }

    /** Whether nothing comes after it. */
    public boolean ended() {
        return !NEXT.containsKey(this);
    }
}
