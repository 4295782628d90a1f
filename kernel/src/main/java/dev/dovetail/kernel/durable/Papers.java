package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.util.RawValue;

/** Orders and standings as they are kept. */
final class Papers {
    private static final int FORM = 1;

    private final Schemas schemas;

    Papers(Schemas schemas) {
        this.schemas = schemas;
    }

    Bytes write(Order order) {
        return schemas.bytes(json(order));
    }

    /** An order, only to be written: its input is text already. */
    ObjectNode json(Order order) {
        ObjectNode json = schemas.object()
                .put("schema", FORM)
                .put("id", order.id())
                .put("tenant", order.tenant().text())
                .put("function", order.function().text())
                .put("version", order.version())
                .put("kind", order.kind())
                .put("correlation", order.correlationId())
                .put("traceparent", order.traceparent())
                .put("depth", order.depth())
                .put("created", order.createdAt().toEpochMilli())
                .put("timeoutMs", order.timeout().toMillis())
                .put("until", order.until().toEpochMilli());
        Principal principal = order.principal();
        ObjectNode by = json.putObject("by").put("type", principal.type()).put("id", principal.id());
        texts(by.putArray("roles"), principal.roles());
        texts(by.putArray("permissions"), principal.permissions());
        texts(by.putArray("scopes"), principal.scopes());
        principal.expiresAt().ifPresent(at -> by.put("expires", at.toString()));
        order.parent()
                .ifPresent(parent -> json.putObject("parent")
                        .put("id", parent.id())
                        .put("call", parent.call())
                        .put("canceled", parent.canceled()));
        order.origin()
                .ifPresent(origin ->
                        json.putObject("origin").put("how", origin.how()).put("id", origin.id()));
        order.clientId().ifPresent(id -> json.put("clientId", id));
        json.putRawValue("input", new RawValue(order.input().text()));
        return json;
    }

    Order order(Bytes bytes) {
        JsonNode json = schemas.parse(bytes);
        Name tenant = Name.of(json.get("tenant").stringValue());
        JsonNode by = json.get("by");
        return new Order(
                json.get("id").stringValue(),
                tenant,
                Name.of(json.get("function").stringValue()),
                json.get("version").intValue(),
                json.get("kind").stringValue(),
                schemas.bytes(json.get("input")),
                new Principal(
                        by.get("type").stringValue(),
                        by.get("id").stringValue(),
                        tenant,
                        texts(by.get("roles")),
                        texts(by.get("permissions")),
                        texts(by.get("scopes")),
                        Optional.ofNullable(by.path("expires").stringValue(null))
                                .map(Instant::parse)),
                json.get("correlation").stringValue(),
                json.get("traceparent").stringValue(),
                json.get("depth").intValue(),
                Instant.ofEpochMilli(json.get("created").longValue()),
                Duration.ofMillis(json.get("timeoutMs").longValue()),
                Instant.ofEpochMilli(json.get("until").longValue()),
                json.has("parent")
                        ? Optional.of(new Order.Parent(
                                json.at("/parent/id").stringValue(),
                                json.at("/parent/call").longValue(),
                                json.at("/parent/canceled").booleanValue()))
                        : Optional.empty(),
                json.has("origin")
                        ? Optional.of(new Order.Origin(
                                json.at("/origin/how").stringValue(),
                                json.at("/origin/id").stringValue()))
                        : Optional.empty(),
                Optional.ofNullable(json.path("clientId").stringValue(null)));
    }

    /** @param plugin which plugin version ran it last; empty text if none did */
    Bytes write(Standing standing, String plugin) {
        ObjectNode json = schemas.object()
                .put("schema", FORM)
                .put("status", standing.status().word())
                .put("attempt", standing.attempt())
                .put("due", standing.due().toEpochMilli())
                .put("why", standing.why())
                .put("segments", standing.segments())
                .put("platformFailures", standing.platformFailures());
        texts(json.putArray("events"), standing.events());
        if (standing.cut().times() > 0) {
            json.put("cut", standing.cut().times())
                    .put("cutAnswers", standing.cut().answers());
        }
        standing.startedAt().ifPresent(at -> json.put("started", at.toEpochMilli()));
        if (!plugin.isEmpty()) {
            json.put("plugin", plugin);
        }
        return schemas.bytes(json);
    }

    /** Where one stands, and which plugin version ran it last. */
    record Kept(Standing standing, String plugin) {
        Optional<Census.Share> share() {
            return Census.Share.of(standing, plugin);
        }
    }

    Kept kept(Bytes bytes) {
        JsonNode json = schemas.parse(bytes);
        return new Kept(standing(json), json.path("plugin").stringValue(""));
    }

    private static Standing standing(JsonNode json) {
        return new Standing(
                ExecutionStatus.valueOf(json.get("status").stringValue().toUpperCase(Locale.ROOT)),
                json.get("attempt").intValue(),
                Instant.ofEpochMilli(json.get("due").longValue()),
                json.get("why").stringValue(),
                json.get("segments").intValue(),
                json.has("started")
                        ? Optional.of(Instant.ofEpochMilli(json.get("started").longValue()))
                        : Optional.empty(),
                json.get("platformFailures").intValue(),
                texts(json.path("events")),
                new Standing.Cut(
                        json.path("cut").intValue(0), json.path("cutAnswers").intValue(0)));
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>(array.size());
        array.forEach(each -> texts.add(each.stringValue()));
        return texts;
    }
}
