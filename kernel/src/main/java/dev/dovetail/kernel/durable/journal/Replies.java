package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import tools.jackson.databind.node.ObjectNode;

/** Replies as a journal may have them. */
final class Replies {
    /** Larger ones cannot be kept in a journal. */
    private static final int LARGEST = 512 * 1024;

    private Replies() {}

    /** What is kept of the reply to a call: no secret's value, which is resolved again whenever it is answered. */
    static HostReply kept(Open it, HostReply reply) {
        if (!(reply instanceof HostReply.Value value)) {
            return reply;
        }
        if (it.call instanceof HostCall.ReadSecret) {
            return new HostReply.Value(Schemas.NULL);
        }
        return value.json().size() > LARGEST
                ? new HostReply.Refused(Fault.of(
                        ErrorType.PAYLOAD_TOO_LARGE.id(),
                        Fault.Owner.DEPENDENCY,
                        "The answer to call " + it.number + " has "
                                + value.json().size() + " bytes; at most " + LARGEST + " are kept"))
                : reply;
    }

    /** A reply as a line of a journal has it. */
    static ObjectNode write(Schemas schemas, HostReply reply) {
        ObjectNode json = schemas.object();
        switch (reply) {
            case HostReply.Value value -> json.set("value", schemas.parse(value.json()));
            case HostReply.Refused refused -> json.set("fault", Faulted.write(schemas, refused.fault()));
            case HostReply.Run _ -> throw new IllegalStateException("Not an answer");
        }
        return json;
    }

    /** Nothing has an effect any more under a right that was revoked. */
    static HostReply revoked(Running running) {
        Principal who = running.principal();
        return new HostReply.Refused(Fault.of(
                Fault.PERMISSION_DENIED,
                Fault.Owner.CALLER,
                "The rights of " + who.type() + " \"" + who.id() + "\", for whom this runs, were revoked"));
    }

    /** What was waited for did not come in time. */
    static HostReply late(String said) {
        return new HostReply.Refused(Fault.of(Fault.TIMEOUT, Fault.Owner.DEPENDENCY, said));
    }
}
