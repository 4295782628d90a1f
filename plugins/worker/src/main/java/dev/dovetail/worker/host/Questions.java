package dev.dovetail.worker.host;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.StepPolicy;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a worker asks and tells. Whatever is not of the protocol is {@link NotJson}, with what was expected. */
public final class Questions {
    private static final long PATIENCE_MS = 30_000;
    private static final long LONGEST_MS = Duration.ofDays(36_525).toMillis();
    private static final Bytes NULL = Bytes.utf8("null");
    private static final Bytes NO_FIELDS = Bytes.utf8("{}");

    private Questions() {}

    /** Where in the function's source it was asked. */
    public static Place place(Fields header) throws NotJson {
        return new Place(header.text("file", ""), whole(header, "line"), whole(header, "column"));
    }

    private static int whole(Fields header, String key) throws NotJson {
        return Math.clamp(header.number(key, 0), 0, Integer.MAX_VALUE);
    }

    /** Makes a fault of the error that a step's code ended with, which is told as a call's is. */
    public interface Failures {
        Fault of(Fields error) throws NotJson;
    }

    public static HostCall call(Fields header, Bytes payload, Failures failures) throws NotJson {
        String kind = header.text("kind");
        return switch (kind) {
            case "now" -> new HostCall.Now();
            case "random" -> new HostCall.Random(header.findText("label"));
            case "sleep" -> new HostCall.Sleep(milliseconds(header, "ms", 0));
            case "secret" -> new HostCall.ReadSecret(header.text("name"));
            case "http" -> http(header, payload);
            case "invoke" ->
                new HostCall.Invoke(
                        header.text("callable"),
                        json(payload, NULL),
                        choice(HostCall.Mode.class, header.text("mode", "sync")),
                        milliseconds(header, "timeoutMs", 0), // the other function's own limits are enough
                        choice(HostCall.ParentClose.class, header.text("onParentEnd", "cancel")));
            case "event" ->
                new HostCall.AwaitEvent(
                        header.text("type"),
                        header.text("filter", ""),
                        header.has("timeoutMs") ? Optional.of(milliseconds(header, "timeoutMs", 0)) : Optional.empty());
            case "step" ->
                new HostCall.Step(
                        header.text("label"),
                        json(payload, NULL),
                        header.findText("compensation"),
                        policy(header.at("policy")));
            case "stepDone" -> new HostCall.StepDone(header.number("of"), stepResult(header, payload, failures));
            case "read" -> new HostCall.Read();
            case "chunk" -> new HostCall.Chunk(json(payload, NULL));
            case "other" -> new HostCall.Other(header.text("name"), whole(header, "version"), json(payload, NO_FIELDS));
            default ->
                throw new NotJson(
                        "the question \"" + kind + "\" is not known; known are now, random, sleep, secret, http, "
                                + "invoke, event, step, stepDone, read, chunk, other");
        };
    }

    private static Bytes json(Bytes payload, Bytes absent) throws NotJson {
        if (payload.isEmpty()) {
            return absent;
        }
        Json.check(payload.toArray());
        return payload;
    }

    private static Duration milliseconds(Fields header, String key, long absent) throws NotJson {
        long value = header.number(key, absent);
        if (value < 0 || value > LONGEST_MS) {
            throw new NotJson("\"" + key + "\" is " + value + "; expected milliseconds from 0 to " + LONGEST_MS);
        }
        return Duration.ofMillis(value);
    }

    private static <E extends Enum<E>> E choice(Class<E> of, String word) throws NotJson {
        for (E each : of.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(word)) {
                return each;
            }
        }
        throw new NotJson("\"" + word + "\" is none of " + List.of(of.getEnumConstants()));
    }

    private static HostCall http(Fields header, Bytes payload) throws NotJson {
        Fields retry = header.at("retry");
        long attempts = retry.number("attempts", 1);
        if (attempts < 1 || attempts > 10) {
            throw new NotJson("\"attempts\" is " + attempts + "; expected 1 to 10");
        }
        return new HostCall.Http(
                header.text("method", "GET"),
                header.text("url"),
                headers(header.at("headers")),
                payload,
                milliseconds(header, "timeoutMs", PATIENCE_MS),
                new HostCall.Retry((int) attempts, milliseconds(retry, "backoffMs", 0)));
    }

    private static Map<String, List<String>> headers(Fields fields) throws NotJson {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : fields.keys()) {
            headers.put(name, fields.texts(name));
        }
        return headers;
    }

    private static StepPolicy policy(Fields policy) throws NotJson {
        StepPolicy usual = StepPolicy.USUAL;
        return new StepPolicy(
                Math.clamp(policy.number("maxAttempts", usual.maxAttempts()), 1, 1000),
                milliseconds(policy, "initialDelayMs", usual.initialDelay().toMillis()),
                policy.has("multiplier") ? policy.fraction("multiplier") : usual.multiplier(),
                milliseconds(policy, "maxDelayMs", usual.maxDelay().toMillis()),
                policy.texts("nonRetryable"),
                milliseconds(policy, "timeoutMs", usual.timeout().toMillis()),
                choice(StepPolicy.Unknown.class, policy.text("unknown", "run_again")));
    }

    private static HostCall.StepResult stepResult(Fields header, Bytes payload, Failures failures) throws NotJson {
        return header.has("message")
                ? new HostCall.StepResult.Failed(failures.of(header))
                : new HostCall.StepResult.Done(json(payload, NULL));
    }

    public static HostNote note(Fields header, Bytes payload) throws NotJson {
        String kind = header.text("note");
        return switch (kind) {
            case "log" ->
                new HostNote.Log(level(header.text("level", "info")), header.text("message"), json(payload, NO_FIELDS));
            case "progress" -> {
                double fraction = header.fraction("fraction");
                if (!(fraction >= 0 && fraction <= 1)) {
                    throw new NotJson("\"fraction\" is " + fraction + "; expected 0 to 1");
                }
                yield new HostNote.Progress(fraction, header.text("message", ""));
            }
            case "measure" -> {
                Fields labels = header.at("labels");
                Map<String, String> texts = new LinkedHashMap<>();
                for (String label : labels.keys()) {
                    texts.put(label, labels.text(label));
                }
                yield new HostNote.Measure(header.text("metric"), header.fraction("value"), texts);
            }
            default -> throw new NotJson("the note \"" + kind + "\" is not known; known are log, progress, measure");
        };
    }

    private static System.Logger.Level level(String word) throws NotJson {
        return choice(System.Logger.Level.class, word.equals("warn") ? "warning" : word);
    }
}
