package dev.dovetail.kernel.host;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/**
 * The host function {@code compensate}, version 1: {@code {function, input, version?}} registers what is to be called if the call
 * that asks ends with an error; in the order in which it asks. Read by any thread.
 */
final class Registering {
    static final String NAME = "compensate";

    /** So many in one attempt. */
    private static final int MOST = 50;
    /** So many bytes have their inputs together. */
    private static final int MOST_BYTES = 1 << 20;

    private static final Set<String> KNOWN = Set.of("function", "input", "version");
    private static final String EXPECTED =
            "expected {function, input, version?}: a function's name or GTS id, a JSON value,"
                    + " and a version's number, alias or tag";

    private final Hosts hosts;
    private final Keeping keeping;
    private final List<Compensation> all = new CopyOnWriteArrayList<>();
    private int bytes;

    Registering(Hosts hosts, Keeping keeping) {
        this.hosts = hosts;
        this.keeping = keeping;
    }

    static boolean is(HostCall call) {
        return call instanceof HostCall.Other other && other.name().equals(NAME) && other.version() == 1;
    }

    /** What is answered where nothing can be registered. */
    static HostReply notHere() {
        return Hosts.refused(
                Fault.UNSUPPORTED,
                "Only the code of a plain call registers a compensation: in a workflow a step's compensation does that, and what"
                        + " is called because a call failed is tried again instead");
    }

    /** Called by one thread at a time. */
    HostReply register(Running running, Bytes arguments) throws InterruptedException {
        Compensation it;
        try {
            JsonNode given = hosts.schemas().parse(arguments);
            if (!KNOWN.containsAll(given.propertyNames())
                    || given.path("function").stringValue("").isBlank()
                    || !(given.path("version").isMissingNode()
                            || given.path("version").isString()
                            || given.path("version").isInt())) {
                return Hosts.refused(Fault.VALIDATION, "This cannot be registered: " + EXPECTED);
            }
            it = new Compensation(
                    given.get("function").stringValue(),
                    Optional.of(given.path("version").asString("")).filter(version -> !version.isEmpty()),
                    hosts.schemas()
                            .bytes(
                                    given.has("input")
                                            ? given.get("input")
                                            : hosts.schemas().object()));
        } catch (Schemas.Malformed e) {
            return new HostReply.Refused(Hosts.noJson(e));
        }
        if (all.size() >= MOST || bytes + it.input().size() > MOST_BYTES) {
            return Hosts.refused(
                    Fault.QUOTA_EXCEEDED,
                    "A call registers at most " + MOST + " compensations, whose inputs have at most " + MOST_BYTES
                            + " bytes together; register one that does it all");
        }
        Optional<Fault> fault = hosts.refuses(running, it);
        if (fault.isEmpty()) {
            fault = keeping.keep(it);
        }
        if (fault.isPresent()) {
            return new HostReply.Refused(fault.get());
        }
        all.add(it);
        bytes += it.input().size();
        return new HostReply.Value(Schemas.NULL);
    }

    /** What was registered so far and is kept nowhere else, in that order. */
    List<Compensation> unkept() {
        return keeping == Keeping.IN_MEMORY.get() ? List.copyOf(all) : List.of();
    }
}
