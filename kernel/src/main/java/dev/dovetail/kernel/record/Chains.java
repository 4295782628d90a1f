package dev.dovetail.kernel.record;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import tools.jackson.databind.JsonNode;

/** Follows chains through entries in the order of their time. */
final class Chains {
    /** What several processes write so closely together may not know of each other. */
    private static final Duration AT_ONCE = Duration.ofMinutes(1);

    /** A chain points at the newest entry there was when it began, which is not far back. */
    private static final int MOST_HASHES = 10_000;

    private final Map<String, Link> last = new HashMap<>();
    private final SequencedSet<String> hashes = new LinkedHashSet<>();
    private final List<Audit.Flaw> broken = new ArrayList<>();
    private Optional<Instant> oldest = Optional.empty();
    private long checked;

    private record Link(long number, String hash) {}

    void take(String id, JsonNode json, String digest) {
        String hash = json.path("hash").stringValue("");
        Link link = new Link(json.path("number").longValue(-1), hash);
        Optional<Link> before = Optional.ofNullable(last.put(json.path("chain").stringValue(""), link));
        String points = json.path("before").stringValue("");
        Instant at = Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('/'))));
        oldest = oldest.or(() -> Optional.of(at));
        checked++;
        hashes.add(hash);
        if (hashes.size() > MOST_HASHES) {
            hashes.removeFirst();
        }
        if (!digest.equals(hash)) {
            broken.add(new Audit.Flaw(id, "it was changed: its digest is not that of what it says"));
        } else if (before.isPresent()
                && (before.get().number() + 1 != link.number()
                        || !before.get().hash().equals(points))) {
            broken.add(new Audit.Flaw(id, "entries before it are missing from its chain"));
        } else if (before.isEmpty() && link.number() == 0 && isLost(points, at)) {
            broken.add(new Audit.Flaw(id, "the entry that was the newest when its chain began is missing"));
        }
    }

    /** Whether an entry should be here: not if it may be older than what is looked at, or was being written just then. */
    private boolean isLost(String points, Instant at) {
        return !points.isEmpty()
                && !hashes.contains(points)
                && oldest.get().plus(AT_ONCE).isBefore(at);
    }

    Audit.Verified verified() {
        return new Audit.Verified(checked, last.size(), broken);
    }
}
