package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Audited;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What running code may ask about executions and tell them: {@code job_status}, {@code signal} and {@code publish}, each of
 * version 1. All within the tenant of whoever asks. Thread-safe.
 */
public final class HostFunctions implements Hosts.Named {
    private final Durable durable;
    private final Audit audit;
    private final Schemas schemas;
    private final InstantSource clock;

    public HostFunctions(Durable durable, Audit audit, Schemas schemas, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
        this.durable = durable;
        this.schemas = schemas;
    }

    @Override
    public Optional<HostReply> answer(Running running, HostCall.Other call, Optional<String> effect)
            throws InterruptedException {
        if (call.version() != 1) {
            return Optional.empty();
        }
        JsonNode arguments = schemas.parse(call.arguments());
        return switch (call.name()) {
            case "job_status" -> Optional.of(status(running.principal().tenant(), arguments));
            case "signal" -> Optional.of(signal(running, arguments, effect));
            case "publish" -> Optional.of(publish(running, arguments, effect));
            case "audit" -> Optional.of(audit(running, arguments, effect));
            default -> Optional.empty();
        };
    }

    private HostReply audit(Running running, JsonNode arguments, Optional<String> effect) throws InterruptedException {
        String action = arguments.path("action").stringValue("");
        if (!action.matches("[!-~]{1,200}")) {
            return refused(
                    Fault.VALIDATION,
                    "The action \"" + action + "\" is none: 1 to 200 printable characters without spaces");
        }
        ObjectNode details = schemas.object()
                .put("function", running.version().id().function().text())
                .put("version", running.version().version().number());
        if (arguments.hasNonNull("details")) {
            details.set("said", arguments.get("details"));
        }
        Audited said = new Audited(
                clock.instant(),
                action,
                running.principal().type() + "/" + running.principal().id(),
                running.correlationId(),
                Optional.of(running.executionId()),
                schemas.parse(Bytes.utf8(
                        running.disclosed().conceal(schemas.bytes(details).text()))));
        audit.add(running.principal().tenant(), said, effect);
        return new HostReply.Value(Schemas.NULL);
    }

    private HostReply status(Name tenant, JsonNode arguments) throws InterruptedException {
        String id = arguments.path("id").stringValue("");
        Optional<Shown> shown = durable.find(tenant, id);
        if (shown.isEmpty()) {
            return refused(Fault.NOT_FOUND, "There is no job \"" + id + "\"");
        }
        ObjectNode json = schemas.object()
                .put("job_id", id)
                .put("status", shown.get().status().word())
                .put("ended", shown.get().status().ended());
        shown.get().output().ifPresent(output -> json.set("result", schemas.parse(output)));
        shown.get()
                .error()
                .ifPresent(
                        fault -> json.putObject("error").put("id", fault.id()).put("message", fault.message()));
        return new HostReply.Value(schemas.bytes(json));
    }

    private HostReply signal(Running running, JsonNode arguments, Optional<String> effect) throws InterruptedException {
        Name tenant = running.principal().tenant();
        String id = arguments.path("execution").stringValue("");
        String type = arguments.path("name").stringValue("");
        Optional<Shown> shown = durable.find(tenant, id);
        if (shown.isEmpty() || shown.get().status().ended() || type.isEmpty()) {
            return refused(Fault.NOT_FOUND, "There is no open execution \"" + id + "\" to be told of \"" + type + "\"");
        }
        durable.tell(tenant, id, "event-" + name(running, effect), durable.signal(type, payload(arguments)));
        return new HostReply.Value(Schemas.NULL);
    }

    private HostReply publish(Running running, JsonNode arguments, Optional<String> effect)
            throws InterruptedException {
        String type = arguments.path("topic").stringValue("");
        if (type.isEmpty() || !type.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/') || type.length() > 200) {
            return refused(
                    Fault.VALIDATION,
                    "The topic \"" + type + "\" is none: 1 to 200 printable characters without spaces and /");
        }
        int told = durable.emit(running.principal().tenant(), type, name(running, effect), payload(arguments));
        return new HostReply.Value(schemas.bytes(schemas.object().put("delivered", told)));
    }

    private Bytes payload(JsonNode arguments) {
        return arguments.has("payload") ? schemas.bytes(arguments.get("payload")) : Schemas.NULL;
    }

    /** The same each time that the same effect is repeated, so that it is told once. */
    private static String name(Running running, Optional<String> effect) {
        String text = effect.orElseGet(() -> running.executionId() + "/" + System.nanoTime());
        return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32);
    }

    private static HostReply refused(String id, String message) {
        return Hosts.refused(id, message);
    }
}
