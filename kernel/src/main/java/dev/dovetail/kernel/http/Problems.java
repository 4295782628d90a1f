package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Problem documents (RFC 9457), with the members that this API adds: code, owner, traceId, errors. */
final class Problems {
    static final String MEDIA_TYPE = "application/problem+json";

    /** What is the caller's fault at the door, but not where code asks: its caller did not look there, or write that. */
    private static final Set<ErrorType> OF_THE_CODE =
            EnumSet.of(ErrorType.NOT_FOUND, ErrorType.PERMISSION_DENIED, ErrorType.MALFORMED, ErrorType.PARSE);

    private final Schemas schemas;

    Problems(Schemas schemas) {
        this.schemas = schemas;
    }

    ObjectNode of(Refusal refusal, String path, String traceId) {
        ObjectNode json = document(
                refusal.type(),
                refusal.type().id(),
                refusal.detail(),
                refusal.type().owner(),
                path,
                traceId);
        addErrors(json, refusal.problems());
        for (Map.Entry<String, Object> each : refusal.more().entrySet()) {
            switch (each.getValue()) {
                case Integer number -> json.put(each.getKey(), number);
                case JsonNode value -> json.set(each.getKey(), value);
                case Boolean flag -> json.put(each.getKey(), flag);
                default -> json.put(each.getKey(), each.getValue().toString());
            }
        }
        return json;
    }

    ObjectNode of(Fault fault, String path, String traceId, String executionId) {
        ErrorType type = ErrorType.of(fault.id());
        ObjectNode json = document(type, fault.id(), fault.message(), fault.owner(), path, traceId);
        if (fault.owner() == Fault.Owner.FUNCTION && OF_THE_CODE.contains(type)) {
            json.put("status", ErrorType.CODE.status()).put("title", ErrorType.CODE.title());
        }
        json.put("executionId", executionId);
        fault.place().ifPresent(place -> json.put("place", place.toString()));
        if (fault.details().size() > 2) {
            json.set("details", schemas.parse(fault.details()));
        }
        return json;
    }

    private ObjectNode document(
            ErrorType type, String id, String detail, Fault.Owner owner, String path, String traceId) {
        return schemas.object()
                .put("type", "gts://" + id)
                .put("title", type.title())
                .put("status", type.status())
                .put("detail", detail)
                .put("instance", path)
                .put("code", type.code())
                .put("owner", owner.name().toLowerCase(java.util.Locale.ROOT))
                .put("traceId", traceId);
    }

    private static void addErrors(ObjectNode json, List<Problem> problems) {
        if (problems.isEmpty()) {
            return;
        }
        ArrayNode errors = json.putArray("errors");
        for (Problem each : problems) {
            ObjectNode error = errors.addObject().put("path", each.path()).put("message", each.message());
            if (!each.value().isEmpty()) {
                error.put("value", each.value());
            }
            if (!each.snippet().isEmpty()) {
                error.put("snippet", each.snippet());
            }
            if (!each.keyword().isEmpty()) {
                error.put("code", each.keyword());
            }
        }
    }
}
