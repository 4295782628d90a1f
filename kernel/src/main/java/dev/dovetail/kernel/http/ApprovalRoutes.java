package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Approvals;
import dev.dovetail.kernel.durable.Approvals.Found;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.durable.journal.Approval;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Schemas;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Decisions that executions wait for: shown and taken by whoever has the address, which is all the right that it takes. */
final class ApprovalRoutes {
    static final String ALL = "/api/v1/approvals";
    private static final String ONE = ALL + "/{token}";
    private static final long SMALL = 64 * 1024;
    private static final int LONGEST_COMMENT = 4000;
    private static final int LONGEST_NAME = 200;
    private static final Set<String> FIELDS = Set.of("approved", "by", "comment");

    private final Approvals approvals;
    private final PublicAddress address;
    private final Schemas schemas;

    ApprovalRoutes(Approvals approvals, PublicAddress address, Schemas schemas) {
        this.approvals = approvals;
        this.address = address;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.addOpen("GET", ONE, "Show what somebody is to decide", this::show);
        router.addOpen("POST", ONE, SMALL, "Decide, once", this::decide);
        router.add(
                "POST",
                ALL + ":rotate-key",
                Permission.ADMINISTER,
                SMALL,
                "Sign the addresses of decisions with a new key",
                "RotateKey",
                this::rotate);
    }

    /** What an execution waits for people to decide; with the addresses for who may act on executions. */
    void describe(ObjectNode json, Shown shown, Exchange x) throws InterruptedException {
        List<Approval> open = approvals.open(shown);
        if (open.isEmpty()) {
            return;
        }
        ArrayNode items = json.putArray("approvals");
        for (Approval each : open) {
            ObjectNode item = items.addObject();
            question(item, shown, each);
            Views.time(item, "expiresAt", approvals.expiresAt(shown, each));
            if (x.principal().may(Permission.INVOKE)) {
                item.put("url", address.of(ALL + "/" + approvals.token(shown, each)));
            }
        }
    }

    private static void question(ObjectNode json, Shown shown, Approval approval) {
        json.put("name", approval.name());
        approval.message().ifPresent(text -> json.put("message", text));
        json.put("function", shown.order().function().text());
        json.put("executionId", shown.order().id());
        Views.time(json, "askedAt", approval.askedAt());
    }

    private Found find(Exchange x) throws InterruptedException {
        x.header(HeaderNames.CACHE_CONTROL, "no-store");
        x.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
        return approvals.find(x.parameter("token"));
    }

    private static Refusal nothing() {
        return Refusal.of(ErrorType.NOT_FOUND, "There is no decision to be taken here");
    }

    private static Refusal over(Found.Over over) {
        return Refusal.of(ErrorType.EXPIRED, over.why());
    }

    private void show(Exchange x) throws Exception {
        ObjectNode json = schemas.object();
        switch (find(x)) {
            case Found.Nothing _ -> throw nothing();
            case Found.Over over -> throw over(over);
            case Found.Open open -> {
                question(json.put("state", "open"), open.shown(), open.approval());
                Views.time(json, "expiresAt", open.expiresAt());
            }
            case Found.Decided decided -> {
                question(json.put("state", "decided"), decided.shown(), decided.approval());
                json.set("decision", decided.decision());
            }
        }
        x.answer(200, json);
    }

    private void decide(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Found found = find(x);
        if (found instanceof Found.Nothing) {
            throw nothing(); // before anything is said of the body
        }
        boolean approved = approved(body);
        Optional<String> by = text(body, "by", LONGEST_NAME);
        Optional<String> comment = text(body, "comment", LONGEST_COMMENT);
        switch (found) {
            case Found.Nothing _ -> throw nothing();
            case Found.Over over -> throw over(over);
            case Found.Decided decided -> throw decided(decided.decision());
            case Found.Open open -> {
                if (!dryRun && !approvals.decide(open, approved, by, comment)) {
                    throw late(x);
                }
                ObjectNode json = schemas.object()
                        .put("executionId", open.shown().order().id())
                        .put("name", open.approval().name())
                        .put("approved", approved);
                x.answer(200, dryRun ? json.put("dryRun", true) : json);
            }
        }
    }

    /** What to tell somebody whose decision came second, or too late. */
    private Refusal late(Exchange x) throws InterruptedException {
        return switch (find(x)) {
            case Found.Over over -> over(over);
            case Found.Decided decided -> decided(decided.decision());
            case Found.Open _ -> Refusal.of(ErrorType.INVALID_STATE, "Somebody has decided already");
            case Found.Nothing _ -> nothing();
        };
    }

    private static Refusal decided(JsonNode decision) {
        return Refusal.of(
                ErrorType.INVALID_STATE,
                "Somebody has decided already, at " + decision.path("at").stringValue("") + ": "
                        + (decision.path("approved").booleanValue(false) ? "approved" : "refused"));
    }

    private static boolean approved(JsonNode body) {
        if (!body.isObject()) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "", "expected an object {approved, by?, comment?}", body.toString());
        }
        for (Map.Entry<String, JsonNode> each : body.properties()) {
            if (!FIELDS.contains(each.getKey())) {
                throw Refusal.field(
                        ErrorType.MALFORMED,
                        "/" + each.getKey(),
                        "is not known; expected approved, by, comment",
                        each.getValue().toString());
            }
        }
        if (!body.path("approved").isBoolean()) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/approved",
                    "expected true or false",
                    body.path("approved").toString());
        }
        return body.get("approved").booleanValue();
    }

    private static Optional<String> text(JsonNode body, String field, int longest) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() || value.stringValue().length() > longest) {
            throw Refusal.field(
                    ErrorType.MALFORMED,
                    "/" + field,
                    "expected a text of at most " + longest + " characters",
                    value.toString().substring(0, Math.min(100, value.toString().length())));
        }
        return Optional.of(value.stringValue());
    }

    private void rotate(Exchange x, boolean dryRun) throws Exception {
        boolean revoke = x.json().path("revoke").booleanValue(false);
        if (dryRun) {
            x.answer(200, schemas.object().put("dryRun", true).put("valid", true));
            return;
        }
        x.answer(200, schemas.object().put("keys", approvals.rotate(revoke)));
    }
}
