package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.durable.journal.Approval;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decisions of people that executions wait for. Each has a signed token, which names tenant, execution, call and expiry; whoever has
 * it may decide, once, and needs no other right. Tokens are not kept: they are made whenever they are looked at. Thread-safe.
 */
public final class Approvals {
    private static final String FORM = "approval1";

    /** So long at a time an address is good for what has no limit any more. */
    private static final Duration KEPT = Duration.ofDays(30);

    private final Durable durable;
    private final Reception reception;
    private final Seals seals;
    private final Schemas schemas;
    private final InstantSource clock;

    Approvals(Durable durable, Reception reception, Seals seals, Schemas schemas, InstantSource clock) {
        this.durable = durable;
        this.reception = reception;
        this.seals = seals;
        this.schemas = schemas;
        this.clock = clock;
    }

    /** What a token stands for. */
    public sealed interface Found {
        /** It was not made here. */
        record Nothing() implements Found {}

        /** A decision is wanted. */
        record Open(Shown shown, Approval approval, Instant expiresAt) implements Found {}

        /** Somebody has decided; the decision, with {@code approved}, {@code by}, {@code comment} and {@code at}. */
        record Decided(Shown shown, Approval approval, JsonNode decision) implements Found {}

        /** Nobody waits for it any more; why. */
        record Over(String why) implements Found {}
    }

    /** The decisions that an execution waits for. */
    public List<Approval> open(Shown shown) {
        return shown.status().ended()
                ? List.of()
                : Approval.all(shown.lines()).stream()
                        .filter(each -> each.answer().isEmpty())
                        .toList();
    }

    /** When nobody may decide any more. */
    public Instant expiresAt(Shown shown, Approval approval) {
        Instant until = approval.expiresAt().orElse(shown.order().until());
        while (approval.within().isEmpty() && !until.isAfter(clock.instant())) {
            until = until.plus(KEPT); // it is kept beyond its limit
        }
        return until.truncatedTo(ChronoUnit.MILLIS);
    }

    /** The token with which this is decided. */
    public String token(Shown shown, Approval approval) throws InterruptedException {
        Order order = shown.order();
        return seals.seal(String.join(
                " ",
                FORM,
                order.tenant().text(),
                order.id(),
                Long.toString(approval.call()),
                Long.toString(expiresAt(shown, approval).toEpochMilli())));
    }

    public Found find(String token) throws InterruptedException {
        Optional<String> text = seals.open(token);
        if (text.isEmpty() || !text.get().startsWith(FORM + " ")) {
            return new Found.Nothing();
        }
        String[] words = text.get().split(" ");
        long call = Long.parseLong(words[3]);
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(words[4]));
        Optional<Shown> shown = durable.find(Name.of(words[1]), words[2]);
        Optional<Approval> approval = shown.flatMap(it -> Approval.all(it.lines()).stream()
                .filter(each -> each.call() == call)
                .findFirst());
        if (approval.isEmpty()) {
            return new Found.Over("The execution " + words[2] + " is not kept any more");
        }
        Optional<JsonNode> decision =
                approval.get().answer().map(line -> line.at("value")).filter(JsonNode::isObject);
        if (decision.isPresent()) {
            return new Found.Decided(shown.get(), approval.get(), decision.get());
        }
        if (shown.get().status().ended()) {
            return new Found.Over("The execution that asked has ended: it is "
                    + shown.get().status().word());
        }
        return approval.get().answer().isPresent() || !clock.instant().isBefore(expiresAt)
                ? new Found.Over("The decision was wanted until " + expiresAt)
                : new Found.Open(shown.get(), approval.get(), expiresAt);
    }

    /**
     * Decides; the execution goes on with it, also if this node dies once this has returned.
     *
     * @return false if somebody else has decided meanwhile, or nobody waits any more
     */
    public boolean decide(Found.Open it, boolean approved, Optional<String> by, Optional<String> comment)
            throws InterruptedException {
        Order order = it.shown().order();
        long call = it.approval().call();
        ObjectNode decision = schemas.object().put("approved", approved);
        by.ifPresentOrElse(text -> decision.put("by", text), () -> decision.putNull("by"));
        comment.ifPresentOrElse(text -> decision.put("comment", text), () -> decision.putNull("comment"));
        decision.put("at", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        ObjectNode message = schemas.object()
                .put("kind", Approval.CALL)
                .put("type", Approval.CALL)
                .put("call", call);
        message.set("event", decision);
        if (!reception.tellFirst(order.tenant(), order.id(), Approval.CALL + "-" + call, message)) {
            return false;
        }
        // an earlier one leaves the inbox in the commit that answers with it, so whoever came after it finds the answer
        Optional<Shown> now = durable.find(order.tenant(), order.id());
        Optional<Approval> after = now.flatMap(shown -> Approval.all(shown.lines()).stream()
                .filter(each -> each.call() == call)
                .findFirst());
        if (after.isEmpty() || after.get().answer().isEmpty()) {
            return now.isPresent() && !now.get().status().ended();
        }
        return after.get().answer().get().at("value").equals(decision);
    }

    /**
     * Signs with a new key from now on.
     *
     * @param revoke whether the tokens that were given out before are worth nothing any more; what waits has new ones at once
     * @return how many keys are believed
     */
    public int rotate(boolean revoke) throws InterruptedException {
        return seals.rotate(revoke);
    }
}
