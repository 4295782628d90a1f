package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.DeadLetters;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.durable.Order;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.invoke.Answered;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Executions that used up their attempts: looked at, driven again, let go. */
final class DeadLetterRoutes {
    private static final String ALL = "/api/v1/dead-letters";
    private static final String ONE = ALL + "/{id}";
    private static final long SMALL = 64 * 1024;
    private static final int MOST = 20_000;
    /** Of those that cannot be driven so many are named; often they have one reason. */
    private static final int MOST_REFUSED = 100;
    /** So long many are driven at a rate: whoever asked for a slow one is answered all the same. */
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final DeadLetters letters;
    private final JobRoutes jobs;
    private final Schemas schemas;

    DeadLetterRoutes(Durable durable, JobRoutes jobs, Schemas schemas) {
        this.letters = durable.deadLetters();
        this.jobs = jobs;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add("GET", ALL, Permission.READ, 0, "List dead letters, oldest first", this::list);
        router.add("GET", ONE, Permission.READ, 0, "Show a dead letter, with its input", this::show);
        router.add("DELETE", ONE, Permission.INVOKE, 0, "Let a dead letter go", this::delete);
        router.add(
                "POST",
                ONE + ":redrive",
                Permission.INVOKE,
                InvokeRoutes.LARGEST,
                "Run a dead letter anew",
                "Replay",
                this::redrive);
        router.add(
                "POST",
                ALL + ":redrive",
                Permission.INVOKE,
                SMALL,
                "Run many dead letters anew",
                "RedriveMany",
                this::redriveMany);
    }

    private void list(Exchange x) throws Exception {
        int limit = x.limit();
        List<JsonNode> found = letters.list(x.principal().tenant(), JobRoutes.function(x), Cursors.read(x), limit + 1);
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        found.stream()
                .limit(limit)
                .forEach(each -> items.add(((ObjectNode) each).without("input").without("schema")));
        Cursors.write(
                x,
                json,
                found.size() > limit
                        ? Optional.of(found.get(limit - 1).get("id").stringValue())
                        : Optional.empty());
        x.answer(200, json);
    }

    private ObjectNode require(Exchange x) throws InterruptedException {
        String id = x.parameter("id");
        return (ObjectNode) letters.find(x.principal().tenant(), id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no dead letter \"" + id + "\""));
    }

    private void show(Exchange x) throws Exception {
        x.answer(200, require(x).without("schema"));
    }

    private void delete(Exchange x, boolean dryRun) throws Exception {
        Name tenant = x.principal().tenant();
        String id = x.parameter("id");
        if (!(dryRun ? letters.find(tenant, id).isPresent() : letters.delete(tenant, id))) {
            throw Refusal.of(ErrorType.NOT_FOUND, "There is no dead letter \"" + id + "\"");
        }
        x.answerNothing();
    }

    private void redrive(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        String id = require(x).get("id").stringValue();
        ObjectNode json = schemas.object().put("id", id);
        String execution = redriven(x, id, body, dryRun);
        if (dryRun) {
            x.answer(200, json.put("dryRun", true));
        } else {
            x.answer(202, json.put("executionId", execution));
        }
    }

    /** The execution that comes of it, if it is no dry run. The letter goes once its execution is taken on; asked twice, two executions come of it at the worst, and none at no time. */
    private String redriven(Exchange x, String id, JsonNode body, boolean dryRun) throws InterruptedException {
        Name tenant = x.principal().tenant();
        Order order = letters.order(tenant, id)
                .orElseThrow(() -> Refusal.of(ErrorType.NOT_FOUND, "There is no dead letter \"" + id + "\""));
        Answered answered = jobs.again(x, order, "redrive", body, dryRun);
        if (!(answered instanceof Answered.Accepted accepted)) {
            return "";
        }
        letters.delete(tenant, id);
        return accepted.executionId();
    }

    private void redriveMany(Exchange x, boolean dryRun) throws Exception {
        JsonNode body = x.json();
        Optional<Name> function = Optional.ofNullable(
                        body.path("filter").path("function").stringValue(null))
                .map(text -> Name.find(text)
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.MALFORMED,
                                "/filter/function",
                                "expected a function's name",
                                "\"" + text + "\"")));
        List<String> found = letters.ids(x.principal().tenant(), function, MOST);
        boolean onlyCount = dryRun || body.path("dryRun").booleanValue(false);
        ObjectNode json = schemas.object().put("matched", found.size()).put("dryRun", onlyCount);
        if (onlyCount) {
            x.answer(200, json);
            return;
        }
        Duration pause = body.has("rate")
                ? Duration.ofMillis((long) (1_000 / body.get("rate").doubleValue()))
                : Duration.ZERO;
        ObjectNode anew = schemas.object();
        if (body.has("version")) {
            anew.set("version", body.get("version"));
        }
        ArrayNode executions = json.putArray("executions");
        ArrayNode refused = schemas.object().putArray("refused");
        Optional<Refusal> first = Optional.empty();
        long began = System.nanoTime();
        boolean driven = false;
        for (String id : found) {
            if (driven) {
                Duration left = LONGEST.minusNanos(System.nanoTime() - began);
                if (pause.compareTo(left) > 0) {
                    json.put("stoppedBecause", "At this rate the next is for a later request");
                    break;
                }
                Thread.sleep(pause);
            }
            driven = false;
            try {
                executions.add(redriven(x, id, anew, false));
                driven = true;
            } catch (Refusal why) {
                if (why.type() == ErrorType.UNAVAILABLE && executions.isEmpty()) {
                    throw why;
                }
                if (why.type() == ErrorType.UNAVAILABLE) {
                    json.put("stoppedBecause", why.detail()); // the others stay where they are
                    break;
                }
                first = first.or(() -> Optional.of(why)); // one that cannot be driven keeps no other from it
                if (refused.size() < MOST_REFUSED) {
                    refused.addObject()
                            .put("id", id)
                            .put("code", why.type().code())
                            .put("detail", why.detail());
                }
            }
        }
        if (executions.isEmpty() && first.isPresent()) {
            throw first.get();
        }
        if (!refused.isEmpty()) {
            json.set("refused", refused);
        }
        x.answer(202, json.put("redriven", executions.size()));
    }
}
