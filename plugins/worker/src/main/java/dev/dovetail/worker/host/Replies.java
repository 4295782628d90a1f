package dev.dovetail.worker.host;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.worker.json.JsonText;
import java.util.Locale;

/** Writes what the system answered. */
public final class Replies {
    private Replies() {}

    /**
     * The header of the frame that answers a question.
     *
     * @param live whether from here on nothing is replayed, and it was before
     */
    public static byte[] header(String call, long ask, HostReply reply, boolean live) {
        JsonText out = new JsonText().object().field("call", call).field("ask", ask);
        if (live) {
            out.field("live", true);
        }
        switch (reply) {
            case HostReply.Value _ -> {}
            case HostReply.Refused(Fault fault) -> {
                out.key("refused");
                fault(out, fault);
            }
            case HostReply.Run(long scope, int attempt, String effectId) ->
                out.key("run")
                        .object()
                        .field("scope", scope)
                        .field("attempt", attempt)
                        .field("effectId", effectId)
                        .end();
        }
        return out.end().utf8();
    }

    public static Bytes payload(HostReply reply) {
        return reply instanceof HostReply.Value(Bytes json) ? json : Bytes.empty();
    }

    /** A fault as an object. */
    public static void fault(JsonText out, Fault fault) {
        out.object()
                .field("id", fault.id())
                .field("owner", fault.owner().name().toLowerCase(Locale.ROOT))
                .field("message", fault.message())
                .key("details")
                .raw(fault.details())
                .end();
    }
}
