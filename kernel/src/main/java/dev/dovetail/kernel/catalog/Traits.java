package dev.dovetail.kernel.catalog;

import dev.dovetail.spi.executor.Launch.Egress;
import dev.dovetail.spi.executor.Launch.Isolation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * How a version wants to be called.
 *
 * @param entrypoint false: only other functions may call it
 * @param cacheSeconds how long an answer may be given again to the same key; 0 is never
 * @param recordDurable whether the record of a plain call is durable before the answer
 * @param hostWorker whether secrets stay in the kernel, which puts them into outgoing requests
 * @param isolation what it asks for besides what the operator demands
 * @param network whether its code may open connections of its own, and to which hosts
 * @param streamed how answers and inputs go over JSON-RPC
 * @param limits of its executor only, by name
 */
public record Traits(
        boolean entrypoint,
        boolean idempotent,
        boolean sync,
        boolean async,
        String mode,
        int cacheSeconds,
        int maxConcurrent,
        int concurrency,
        boolean recordDurable,
        boolean hostWorker,
        Optional<Isolation> isolation,
        Egress network,
        Streamed streamed,
        Map<String, Long> limits) {
    /** Of a version that says nothing. */
    static final Traits NONE = new Traits(
            true,
            false,
            true,
            true,
            "sync",
            0,
            0,
            1,
            false,
            false,
            Optional.empty(),
            Egress.NONE,
            new Streamed(false, false),
            Map.of());

    /**
     * Whether JSON-RPC calls are answered with a stream of events, and take a stream of pieces.
     *
     * @param input needs {@code response}: the client learns the execution's id by it
     */
    public record Streamed(boolean response, boolean input) {}

    public Traits {
        limits = Map.copyOf(limits);
    }

    static Traits of(JsonNode json, String kind) {
        if (json.isEmpty() && kind.equals("function")) {
            return NONE;
        }
        JsonNode supported = json.path("invocation").path("supported");
        boolean all = supported.isMissingNode();
        boolean sync = all || has(supported, "sync");
        boolean async = all || has(supported, "async");
        String preset = kind.equals("workflow") && async || !sync ? "async" : "sync";
        Map<String, Long> limits = new java.util.HashMap<>();
        json.path("limits")
                .properties()
                .forEach(each -> limits.put(each.getKey(), each.getValue().longValue()));
        return new Traits(
                json.path("entrypoint").booleanValue(true),
                json.path("idempotent").booleanValue(false),
                sync,
                async,
                json.path("invocation").path("default").stringValue(preset),
                json.path("caching").path("maxAgeSeconds").intValue(0),
                json.path("maxConcurrent").intValue(0),
                json.path("concurrency").intValue(1),
                json.path("record").stringValue("").equals("durable"),
                json.path("hostWorker").booleanValue(false),
                json.has("isolation")
                        ? Optional.of(Isolation.valueOf(
                                json.get("isolation").stringValue().toUpperCase(Locale.ROOT)))
                        : Optional.empty(),
                network(json.path("network")),
                new Streamed(
                        json.path("jsonRpc").path("streamResponse").booleanValue(false),
                        json.path("jsonRpc").path("streamInput").booleanValue(false)),
                limits);
    }

    private static Egress network(JsonNode json) {
        if (!json.isObject()) {
            return Egress.NONE;
        }
        List<String> hosts = new ArrayList<>();
        json.path("hosts").forEach(host -> hosts.add(host.stringValue().toLowerCase(Locale.ROOT)));
        return new Egress(true, hosts);
    }

    private static boolean has(JsonNode list, String word) {
        for (JsonNode each : list) {
            if (each.stringValue("").equals(word)) {
                return true;
            }
        }
        return false;
    }
}
