package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the names mean that guests call the host by. */
final class HostCalls {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern NAME = Pattern.compile("([a-z][a-z0-9_.-]{0,63})(?:@([1-9][0-9]{0,3}))?");
    private static final Map<String, System.Logger.Level> LEVELS = Map.of(
            "trace", System.Logger.Level.TRACE,
            "debug", System.Logger.Level.DEBUG,
            "info", System.Logger.Level.INFO,
            "warn", System.Logger.Level.WARNING,
            "warning", System.Logger.Level.WARNING,
            "error", System.Logger.Level.ERROR);

    private HostCalls() {}

    /** What is told and not answered; empty if the name is that of a question. */
    static Optional<HostNote> note(String name, Json given) {
        return switch (name) {
            case "log" -> {
                Given args = new Given(name, given, "level", "message", "fields");
                yield Optional.of(new HostNote.Log(
                        level(args.text("level").orElse("info")),
                        args.needed("message"),
                        args.find("fields").map(Json::bytes).orElse(Bytes.utf8("{}"))));
            }
            case "progress" -> {
                Given args = new Given(name, given, "fraction", "message");
                double fraction = args.number("fraction").orElse(-1.0);
                if (!(fraction >= 0 && fraction <= 1)) {
                    throw Trouble.code("progress: \"fraction\" is a number from 0 to 1");
                }
                yield Optional.of(
                        new HostNote.Progress(fraction, args.text("message").orElse("")));
            }
            case "metric" -> {
                Given args = new Given(name, given, "name", "value", "labels");
                Map<String, String> labels = new LinkedHashMap<>();
                args.find("labels")
                        .ifPresent(all -> args.fields("labels", all).forEach((key, value) -> {
                            labels.put(key, value.isText() ? value.characters() : value.toString());
                        }));
                double value =
                        args.number("value").orElseThrow(() -> Trouble.code("metric: \"value\" is missing: a number"));
                yield Optional.of(new HostNote.Measure(args.needed("name"), value, labels));
            }
            default -> Optional.empty();
        };
    }

    static System.Logger.Level level(String word) {
        System.Logger.Level level = LEVELS.get(word);
        if (level == null) {
            throw Trouble.code("log: not a level: \"" + word + "\"; expected trace, debug, info, warning or error");
        }
        return level;
    }

    /** What is asked and answered. */
    static HostCall call(String name, Json given) {
        return switch (name) {
            case "now" -> {
                new Given(name, given);
                yield new HostCall.Now();
            }
            case "random" -> new HostCall.Random(new Given(name, given, "label").text("label"));
            case "secret" -> new HostCall.ReadSecret(new Given(name, given, "name").needed("name"));
            case "sleep" -> new HostCall.Sleep(new Given(name, given, "ms").milliseconds("ms", Duration.ZERO));
            case "await_event" -> {
                Given args = new Given(name, given, "type", "filter", "timeout_ms");
                yield new HostCall.AwaitEvent(
                        args.needed("type"),
                        args.text("filter").orElse(""),
                        args.find("timeout_ms").map(any -> args.milliseconds("timeout_ms", TIMEOUT)));
            }
            case "invoke" -> invoke(new Given(name, given, "callable", "input", "mode", "timeout_ms"));
            case "http_fetch" ->
                http(new Given(name, given, "url", "method", "headers", "body", "timeout_ms", "retry"));
            case "read" -> {
                new Given(name, given);
                yield new HostCall.Read();
            }
            case "chunk" ->
                new HostCall.Chunk(new Given(name, given, "data")
                        .find("data")
                        .map(Json::bytes)
                        .orElseThrow(() -> Trouble.code("chunk: \"data\" is missing: any JSON value")));
            default -> other(name, given);
        };
    }

    private static HostCall other(String name, Json given) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            throw Trouble.code("Not the name of a host function: \"" + name + "\"; expected a name such as publish, or"
                    + " publish@2 for its second version");
        }
        int version = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return new HostCall.Other(matcher.group(1), version, given.bytes());
    }

    private static HostCall invoke(Given args) {
        String mode = args.text("mode").orElse("sync");
        if (!mode.equals("sync") && !mode.equals("async")) {
            throw Trouble.code("invoke: not a mode: \"" + mode + "\"; expected sync or async");
        }
        return new HostCall.Invoke(
                args.needed("callable"),
                args.find("input").map(Json::bytes).orElse(Bytes.utf8("{}")),
                mode.equals("async") ? HostCall.Mode.ASYNC : HostCall.Mode.SYNC,
                args.milliseconds("timeout_ms", Duration.ZERO),
                HostCall.ParentClose.CANCEL);
    }

    private static HostCall http(Given args) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        args.find("headers")
                .ifPresent(all ->
                        args.fields("headers", all).forEach((key, value) -> headers.put(key, values(key, value))));
        Optional<Json> body = args.find("body");
        boolean json = body.isPresent() && !body.get().isText();
        if (json && headers.keySet().stream().noneMatch(name -> name.equalsIgnoreCase("content-type"))) {
            headers.put("content-type", List.of("application/json"));
        }
        return new HostCall.Http(
                args.text("method").orElse(body.isPresent() ? "POST" : "GET"),
                args.needed("url"),
                headers,
                body.map(value -> value.isText() ? Bytes.utf8(value.characters()) : value.bytes())
                        .orElse(Bytes.empty()),
                args.milliseconds("timeout_ms", TIMEOUT),
                args.find("retry").map(HostCalls::retry).orElse(HostCall.Retry.NONE));
    }

    private static List<String> values(String name, Json value) {
        List<Json> all = value.isArray() ? value.elements() : List.of(value);
        List<String> texts = new ArrayList<>();
        for (Json each : all) {
            if (!each.isText()) {
                throw Trouble.code("http_fetch: the header " + name + " is a string or an array of strings");
            }
            texts.add(each.characters());
        }
        return texts;
    }

    private static HostCall.Retry retry(Json given) {
        Given args = new Given("http_fetch's retry", given, "max_attempts", "backoff_ms");
        double attempts = args.number("max_attempts").orElse(1.0);
        if (attempts != Math.rint(attempts) || attempts < 1 || attempts > 10) {
            throw Trouble.code("http_fetch: \"max_attempts\" is a whole number from 1 to 10");
        }
        return new HostCall.Retry((int) attempts, args.milliseconds("backoff_ms", Duration.ZERO));
    }
}
