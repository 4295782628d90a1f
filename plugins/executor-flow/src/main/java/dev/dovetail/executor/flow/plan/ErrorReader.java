package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.dovetail.executor.flow.text.Part;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;

/** Reads what raises errors, and what is done about them. */
final class ErrorReader {
    private static final Set<String> FIELDS = Set.of("type", "status", "title", "detail", "instance");
    private static final Value NOTHING = new Value.Fixed(JsonNodeFactory.instance.objectNode());

    private ErrorReader() {}

    static Work raise(Part own, Kit kit) {
        own.only("an object with error", Set.of("error"));
        Part error = own.need("error", "an error, or the name of one");
        if (error.json().isTextual()) {
            return kit.declared("errors", error)
                    .<Work>map(declared -> new Work.Raise(error(declared, kit)))
                    .orElse(new Work.Raise(NOTHING));
        }
        return new Work.Raise(error(error, kit));
    }

    static Value error(Part error, Kit kit) {
        error.only("an error with type and status", FIELDS);
        error.need("type", "a URI").text("a URI, such as https://example.com/errors/out-of-stock");
        Part status = error.need("status", "a number, such as 409");
        if (status.there() && !status.json().isTextual()) {
            status.whole(100);
        }
        if (!error.json().isObject()) {
            return NOTHING;
        }
        // these two are expressions in braces, and texts otherwise; so is every other field
        return kit.value(error);
    }

    static Work attempt(Part part, Kit kit) {
        List<Task> tasks = TaskReader.list(part.at("try"), kit);
        Part caught = part.need("catch", "what to do about errors")
                .only("an object", Set.of("errors", "as", "when", "exceptWhen", "retry", "do"));
        String as = ControlReader.variable(caught.at("as"), "error");
        Kit inside = kit.with(as);
        Part errors = caught.at("errors").only("an object with with", Set.of("with"));
        Part with = errors.at("with").only("an object with fields of an error", FIELDS);
        return new Work.Attempt(
                tasks,
                new Work.Catch(
                        with.json().isObject() ? kit.value(with) : NOTHING,
                        as,
                        caught.find("when").flatMap(inside::expression),
                        caught.find("exceptWhen").flatMap(inside::expression),
                        caught.find("retry").map(retry -> retry(retry, inside)),
                        caught.find("do").map(own -> TaskReader.list(own, inside))));
    }

    static Retry retry(Part part, Kit kit) {
        if (part.json().isTextual()) {
            Optional<Part> declared = kit.declared("retries", part);
            if (declared.isPresent() && !declared.get().json().isTextual()) {
                return retry(declared.get(), kit);
            }
        }
        part.only(
                "a retry policy, or the name of one",
                Set.of("when", "exceptWhen", "delay", "backoff", "limit", "jitter"));
        Part limit = part.at("limit").only("an object with attempt and duration", Set.of("attempt", "duration"));
        Part attempt = limit.at("attempt").only("an object with count and duration", Set.of("count", "duration"));
        Part count = attempt.at("count");
        return new Retry(
                part.find("when").flatMap(kit::expression),
                part.find("exceptWhen").flatMap(kit::expression),
                kit.span(part.at("delay")),
                backoff(part.at("backoff")),
                count.there() ? OptionalInt.of(count.whole(1)) : OptionalInt.empty(),
                kit.span(attempt.at("duration")),
                kit.span(limit.at("duration")),
                jitter(part.at("jitter"), kit));
    }

    private static Retry.Backoff backoff(Part part) {
        SequencedMap<String, Retry.Backoff> kinds = new LinkedHashMap<>();
        kinds.put("constant", Retry.Backoff.CONSTANT);
        kinds.put("linear", Retry.Backoff.LINEAR);
        kinds.put("exponential", Retry.Backoff.EXPONENTIAL);
        List<String> keys = part.only("one of constant, linear and exponential", kinds.keySet())
                .keys("one of constant, linear and exponential");
        if (part.there() && part.json().isObject() && keys.size() != 1) {
            part.unlike("one of constant, linear and exponential");
        }
        for (String key : keys) {
            if (kinds.containsKey(key)) {
                part.at(key).only("an empty object", Set.of());
            }
        }
        return keys.isEmpty() ? Retry.Backoff.CONSTANT : kinds.getOrDefault(keys.getFirst(), Retry.Backoff.CONSTANT);
    }

    private static Optional<Retry.Range> jitter(Part part, Kit kit) {
        if (!part.there()) {
            return Optional.empty();
        }
        part.only("an object with from and to", Set.of("from", "to"));
        Optional<Span> from = kit.span(part.need("from", Kit.DURATION));
        Optional<Span> to = kit.span(part.need("to", Kit.DURATION));
        return from.isPresent() && to.isPresent()
                ? Optional.of(new Retry.Range(from.get(), to.get()))
                : Optional.empty();
    }
}
