package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.executor.flow.plan.Task;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An error of a workflow, as problem details (RFC 9457). Made of a fault it keeps that fault's id, and a fault is made of it
 * where it leaves the workflow or a step; the details of such a fault have the error, so that nothing is lost between.
 */
final class Raised extends RuntimeException {
    static final String TYPES = "https://serverlessworkflow.io/spec/1.0.0/errors/";
    private static final long serialVersionUID = 1;
    private static final int LONGEST_MESSAGE = 4_000;
    private static final String DETAIL = "error";

    /** What the standard's types are as faults. */
    private static final Map<String, String> FAULTS = Map.of(
            "validation", Fault.VALIDATION,
            "timeout", Fault.TIMEOUT,
            "communication", Fault.HTTP,
            "authentication", Fault.PERMISSION_DENIED,
            "authorization", Fault.PERMISSION_DENIED);

    private final transient ObjectNode error;
    private final transient Optional<Fault> cause;
    private final transient List<Task> trail = new ArrayList<>();

    private Raised(ObjectNode error, Optional<Fault> cause) {
        super(words(error), null, false, false);
        this.error = error;
        this.cause = cause;
    }

    private static String words(ObjectNode error) {
        String title = Json.shown(error.path("title"));
        String detail = Json.shown(error.path("detail"));
        String words = title.isEmpty() ? detail : detail.isEmpty() ? title : title + ": " + detail;
        String said = words.isEmpty() ? Json.shown(error.path("type")) : words;
        return said.length() <= LONGEST_MESSAGE ? said : said.substring(0, LONGEST_MESSAGE) + "...";
    }

    /** @param kind the end of one of the standard's types */
    static Raised of(String kind, int status, String title, String detail) {
        return new Raised(
                Json.object()
                        .put("type", TYPES + kind)
                        .put("status", status)
                        .put("title", title)
                        .put("detail", detail),
                Optional.empty());
    }

    static Raised expression(String detail) {
        return of("expression", 400, "An expression failed", detail);
    }

    /** What a task raises of its own. */
    static Raised of(ObjectNode error) {
        return new Raised(error, Optional.empty());
    }

    static Raised communication(int status, String title, Fault fault) {
        return new Raised(
                Json.object()
                        .put("type", TYPES + "communication")
                        .put("status", status)
                        .put("title", title)
                        .put("detail", fault.message())
                        .put("fault", fault.id()),
                Optional.of(fault));
    }

    static Raised of(Fault fault) {
        JsonNode kept = Json.read(fault.details()).path(DETAIL);
        if (kept instanceof ObjectNode error
                && error.path("type").isTextual()
                && error.path("status").isInt()) {
            return new Raised(error.deepCopy(), Optional.of(fault));
        }
        String id = fault.id();
        String kind = kind(id);
        return new Raised(
                Json.object()
                        .put("type", TYPES + kind)
                        .put("status", status(id, kind))
                        .put("title", title(kind))
                        .put("detail", fault.message())
                        .put("fault", id),
                Optional.of(fault));
    }

    private static String kind(String id) {
        return switch (id) {
            case Fault.VALIDATION -> "validation";
            case Fault.TIMEOUT -> "timeout";
            case Fault.HTTP, Fault.HTTP_TRANSPORT -> "communication";
            case Fault.PERMISSION_DENIED -> "authorization";
            case Fault.UNSUPPORTED -> "configuration";
            default -> "runtime";
        };
    }

    private static int status(String id, String kind) {
        return switch (id) {
            case Fault.NOT_FOUND -> 404;
            case Fault.CONFLICT -> 409;
            case Fault.QUOTA_EXCEEDED -> 429;
            default ->
                switch (kind) {
                    case "validation", "configuration" -> 400;
                    case "timeout" -> 408;
                    case "authorization" -> 403;
                    default -> 500;
                };
        };
    }

    private static String title(String kind) {
        return switch (kind) {
            case "validation" -> "What was given does not fit";
            case "timeout" -> "It took too long";
            case "communication" -> "A dependency failed";
            case "authorization" -> "It is not allowed";
            case "configuration" -> "It is not supported";
            default -> "It failed";
        };
    }

    /** It leaves this task, which is where it comes from if it has come from nowhere yet. */
    Raised through(Task task) {
        trail.add(task);
        if (!error.path("instance").isTextual()) {
            error.put("instance", task.reference());
        }
        return this;
    }

    ObjectNode error() {
        return error;
    }

    /** As the end of a step or of the workflow. */
    Fault fault() {
        Optional<Place> place = trail.isEmpty()
                ? cause.flatMap(Fault::place)
                : Optional.of(trail.getFirst().place());
        ObjectNode details = cause.map(Fault::details).map(Json::read).orElse(Json.object()) instanceof ObjectNode known
                ? known.deepCopy()
                : Json.object();
        details.set(DETAIL, error);
        String type = error.path("type").asText();
        String standard = type.startsWith(TYPES) ? type.substring(TYPES.length()) : "";
        String id = cause.map(Fault::id).orElse(FAULTS.getOrDefault(standard, Fault.CODE));
        if (id.equals(Fault.CODE) && !details.has("runtime")) {
            details.put("runtime", "serverless-workflow")
                    .put("phase", "execute")
                    .put("error_kind", "raised");
            place.ifPresent(at -> details.putObject("location")
                    .put("line", at.line())
                    .put("column", at.column())
                    .put("code", trail.isEmpty() ? "" : trail.getFirst().reference()));
            var frames = details.putObject("stack").putArray("frames");
            trail.forEach(task -> frames.addObject()
                    .put("function", task.reference())
                    .put("file", task.place().file())
                    .put("line", task.place().line())
                    .put("column", task.place().column()));
        }
        if (id.equals(Fault.HTTP) && !details.has("status_code")) {
            details.put("status_code", error.path("status").asInt(500));
            details.putObject("headers");
            details.putObject("body");
        }
        return new Fault(id, cause.map(Fault::owner).orElse(owner(id)), getMessage(), Json.bytes(details), place);
    }

    private static Fault.Owner owner(String id) {
        return id.equals(Fault.HTTP) ? Fault.Owner.DEPENDENCY : Fault.Owner.FUNCTION;
    }
}
