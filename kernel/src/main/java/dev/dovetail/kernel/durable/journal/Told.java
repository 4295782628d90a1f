package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.host.HostCall;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/** A call as a journal tells of it: what people read, and the digest by which a replay tells another one. */
final class Told {
    /** Inputs up to here are kept with the call. */
    private static final int SMALL = 4096;
    /** More than any that is not refused. */
    private static final int LARGEST_QUESTION = 32 * 1024;

    /** Of a call that starts an execution. */
    static final String CHILD = "child";

    private Told() {}

    /** @param child whether it starts an execution, which it goes on to do whatever becomes of the function */
    static ObjectNode line(Schemas schemas, HostCall call, boolean child) {
        ObjectNode json = line(schemas, call);
        return child ? json.put(CHILD, true) : json;
    }

    static ObjectNode line(Schemas schemas, HostCall call) {
        ObjectNode json = schemas.object();
        switch (call) {
            case HostCall.Step step -> {
                json.put("call", "step").put("label", step.label());
                if (step.compensation().isPresent()) {
                    // what undoes the step is given this, however large
                    json.put("compensation", step.compensation().get());
                    json.set("input", schemas.parse(step.input().toArray()));
                } else {
                    input(schemas, json, step.input());
                }
            }
            case HostCall.Sleep sleep ->
                json.put("call", "sleep").put("ms", sleep.duration().toMillis());
            case HostCall.AwaitEvent await -> {
                json.put("call", "event").put("type", await.type()).put("filter", await.filter());
                await.timeout().ifPresent(timeout -> json.put("timeoutMs", timeout.toMillis()));
            }
            case HostCall.Invoke invoke -> {
                json.put("call", "invoke")
                        .put("callable", invoke.callable())
                        .put("mode", invoke.mode().name())
                        .put("onParentEnd", invoke.onParentEnd().name());
                input(schemas, json, invoke.input());
            }
            case HostCall.Http http ->
                json.put("call", "http")
                        .put("method", http.method())
                        .put("uri", http.uri())
                        .put("bodyBytes", http.body().size());
            case HostCall.ReadSecret secret -> json.put("call", "secret").put("name", secret.name());
            case HostCall.Now _ -> json.put("call", "now");
            case HostCall.Random random -> {
                json.put("call", "random");
                random.label().ifPresent(label -> json.put("label", label));
            }
            case HostCall.Other said -> {
                HostCall.Other other = Variables.without(schemas, said);
                json.put("call", other.name()).put("version", other.version());
                if (Approval.is(other) && other.arguments().size() <= LARGEST_QUESTION) {
                    json.set("input", schemas.parse(other.arguments().toArray())); // whoever decides has to see it
                } else {
                    input(schemas, json, other.arguments());
                }
            }
            case HostCall.Read _ -> json.put("call", "read");
            case HostCall.Chunk chunk ->
                json.put("call", "chunk").put("bytes", chunk.data().size());
            case HostCall.StepDone _ -> throw new IllegalStateException("The end of a step is no call of its own");
        }
        return json;
    }

    private static void input(Schemas schemas, ObjectNode json, Bytes input) {
        if (input.size() <= SMALL) {
            json.set("input", schemas.parse(input.toArray()));
        } else {
            json.put("inputBytes", input.size());
        }
    }

    /** The first 16 hexadecimal digits of a digest over all that makes this call what it is. */
    static String digest(Schemas schemas, HostCall call) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(128);
        all.writeBytes(call.getClass().getSimpleName().getBytes(StandardCharsets.UTF_8));
        switch (call) {
            case HostCall.Step step -> {
                add(all, step.label());
                add(all, step.compensation().orElse(""));
                add(all, step.input());
            }
            case HostCall.Sleep sleep -> add(all, sleep.duration().toString());
            case HostCall.AwaitEvent await -> {
                add(all, await.type());
                add(all, await.filter());
                add(all, await.timeout().toString());
            }
            case HostCall.Invoke invoke -> {
                add(all, invoke.callable());
                add(all, invoke.mode().name());
                add(all, invoke.input());
            }
            case HostCall.Http http -> {
                add(all, http.method());
                add(all, http.uri());
                add(all, http.body());
            }
            case HostCall.ReadSecret secret -> add(all, secret.name());
            case HostCall.Random random -> add(all, random.label().orElse(""));
            case HostCall.Other said -> {
                HostCall.Other other = Variables.without(schemas, said);
                add(all, other.name() + " " + other.version());
                add(all, other.arguments());
            }
            case HostCall.Chunk chunk -> add(all, chunk.data());
            case HostCall.Now _, HostCall.Read _ -> {}
            case HostCall.StepDone _ -> throw new IllegalStateException("The end of a step is no call of its own");
        }
        return Digest.of(all.toByteArray()).hex().substring(0, 16);
    }

    private static void add(ByteArrayOutputStream all, String text) {
        all.write(0);
        all.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void add(ByteArrayOutputStream all, Bytes bytes) {
        all.write(0);
        all.writeBytes(bytes.toArray());
    }
}
