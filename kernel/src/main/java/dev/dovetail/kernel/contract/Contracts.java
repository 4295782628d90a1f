package dev.dovetail.kernel.contract;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Compares contracts and names functions in the Global Type System. Thread-safe. */
public final class Contracts {
    private static final int KEPT = 1_000;
    private static final Comparator<Change> ORDER = Comparator.comparing((Change c) -> !c.breaking())
            .thenComparing(Change::side)
            .thenComparing(Change::path)
            .thenComparing(Change::what);

    private final Map<String, Comparison> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Comparison> eldest) {
            return size() > KEPT;
        }
    };

    public Contracts() {}

    /**
     * Compares a contract with an earlier one, as its callers would. What a function takes may become more, what it
     * answers may become less; everything else that they could notice is breaking, and what cannot be told counts as
     * breaking. An optional property more or fewer in an object that is open breaks nothing.
     *
     * <p>The same contracts have the same comparison, whatever the order of their members.
     */
    public Comparison compare(Contract before, Contract after) {
        String key = key(before) + key(after);
        synchronized (known) {
            Comparison found = known.get(key);
            if (found != null) {
                return found;
            }
        }
        Comparison made = made(before, after);
        synchronized (known) {
            known.put(key, made);
        }
        return made;
    }

    private static Comparison made(Contract before, Contract after) {
        List<Change> changes = new ArrayList<>();
        for (Difference each : SchemaDiff.between(before.params(), after.params())) {
            changes.add(new Change(Change.Side.PARAMS, each.path(), each.reach().breaksInput(), each.what()));
        }
        for (Difference each : SchemaDiff.between(before.returns(), after.returns())) {
            changes.add(
                    new Change(Change.Side.RETURNS, each.path(), each.reach().breaksOutput(), each.what()));
        }
        errors(before, after, changes);
        return new Comparison(changes.stream().distinct().sorted(ORDER).toList());
    }

    private static void errors(Contract before, Contract after, List<Change> changes) {
        Set<String> added = new HashSet<>(after.errors());
        before.errors().forEach(added::remove);
        for (String error : added) {
            boolean foreseen = before.errors().stream().anyMatch(known -> derived(error, known));
            changes.add(new Change(Change.Side.ERRORS, "", !foreseen, "may now raise " + error));
        }
        Set<String> removed = new HashSet<>(before.errors());
        after.errors().forEach(removed::remove);
        removed.forEach(error -> changes.add(new Change(Change.Side.ERRORS, "", false, "no longer raises " + error)));
    }

    private static boolean derived(String error, String from) {
        return GtsId.find(error).flatMap(id -> GtsId.find(from).map(id::isA)).orElse(false);
    }

    private static String key(Contract contract) {
        String text = Canonical.text(contract.params()) + "\n" + Canonical.text(contract.returns()) + "\n"
                + contract.errors().stream().distinct().sorted().toList();
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** The digest of a schema's meaning: the same for the same schema, however its members are ordered. */
    public Digest digest(JsonNode schema) {
        return Digest.of(Canonical.text(schema).getBytes(StandardCharsets.UTF_8));
    }

    /** The GTS id of this edition of a function that was given none. */
    public GtsId functionId(Name function, Edition edition) {
        return GtsId.of(
                BaseType.FUNCTION.id() + "dovetail.fn._." + function.text().replace('-', '_') + ".v" + edition + "~");
    }
}
