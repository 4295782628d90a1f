package dev.dovetail.kernel.host;

import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * The host function {@code db_query}, version 1: {@code {sql, params?, database?, asService?}} answers
 * {@code {rows, affected, more}}. Rows are those of the caller's own rights; {@code asService} leaves them out of account, and
 * is refused unless the caller has the role {@code service}.
 */
final class Queries {
    static final String NAME = "db_query";

    private static final String SERVICE = "service";
    private static final int MOST_ROWS = 10_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Supplier<Map<Name, Slot<Database>>> databases;
    private final Schemas schemas;
    private final InstantSource clock;

    Queries(Supplier<Map<Name, Slot<Database>>> databases, Schemas schemas, InstantSource clock) {
        this.databases = databases;
        this.schemas = schemas;
        this.clock = clock;
    }

    HostReply answer(Running running, Bytes arguments) throws InterruptedException {
        JsonNode given = schemas.parse(arguments);
        JsonNode params = given.path("params");
        if (!given.path("sql").isString() || !params.isMissingNode() && !params.isArray()) {
            return Hosts.refused(
                    Fault.VALIDATION, "db_query expected {\"sql\": \"...\", \"params\": [...]}, but was " + cut(given));
        }
        boolean asService = given.path("asService").booleanValue(false);
        if (asService && !running.principal().roles().contains(SERVICE)) {
            return new HostReply.Refused(Fault.of(
                    Fault.PERMISSION_DENIED,
                    Fault.Owner.CALLER,
                    "db_query with asService needs a caller with the role \"" + SERVICE + "\""));
        }
        Optional<Slot<Database>> database = find(given.path("database").stringValue(""));
        if (database.isEmpty()) {
            return Hosts.refused(
                    Fault.NOT_FOUND,
                    "There is no database \"" + given.path("database").stringValue("") + "\"; there are "
                            + new TreeMap<>(databases.get()).keySet());
        }
        Duration left = Duration.between(clock.instant(), running.deadline());
        if (!left.isPositive()) {
            return Hosts.refused(Fault.TIMEOUT, "There is no time left for a query");
        }
        Database.Query query = new Database.Query(
                given.get("sql").stringValue(),
                params.isArray() ? schemas.bytes(params) : Bytes.utf8("[]"),
                running.principal().caller(),
                asService,
                MOST_ROWS,
                left.compareTo(LONGEST) < 0 ? left : LONGEST);
        try {
            return new HostReply.Value(database.get().use(it -> it.query(query)));
        } catch (PluginFailure e) {
            return Hosts.refused(e);
        }
    }

    /** The one of this name, or the only one there is. */
    private Optional<Slot<Database>> find(String name) {
        Map<Name, Slot<Database>> all = databases.get();
        if (name.isEmpty()) {
            return all.size() == 1 ? all.values().stream().findFirst() : Optional.empty();
        }
        return Name.find(name).map(all::get);
    }

    private static String cut(JsonNode json) {
        String text = json.toString();
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }
}
