package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.text.Part;
import dev.dovetail.spi.executor.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What reading every part of a document needs: expressions, the variables that there are, and what is declared for reuse. */
public final class Kit {
    /** What every expression knows; {@code $secrets} only if some are declared. */
    private static final Set<String> EVERYWHERE = Set.of("workflow", "runtime", "ENV");

    static final String EXPRESSION = "a runtime expression, such as ${ .order.id }";
    static final String DURATION = "a duration, such as PT15S or {seconds: 15}, of at most 100 years";

    private static final Pattern WRAPPED = Pattern.compile("\\s*\\$\\{(.*)}\\s*", Pattern.DOTALL);
    private static final Duration LONGEST = Duration.ofDays(36_525);
    private static final Map<String, Duration> UNITS = Map.of(
            "days", Duration.ofDays(1),
            "hours", Duration.ofHours(1),
            "minutes", Duration.ofMinutes(1),
            "seconds", Duration.ofSeconds(1),
            "milliseconds", Duration.ofMillis(1));

    private final Shared shared;
    private final Set<String> variables;
    /** Variables that expressions used. */
    private final Set<String> used;

    /** What all kits of a document have in common. */
    static final class Shared {
        final Jq.Language language;
        final Part root;
        /** What undoes tasks, as it was read. */
        final List<UndoReader.Found> undoings = new ArrayList<>();
        /** What the expressions of each of the document's functions use. */
        final Map<String, Set<String>> used = new HashMap<>();

        boolean timed;

        Shared(Jq.Language language, Part root) {
            this.language = language;
            this.root = root;
        }

        Part declared(String kind) {
            return root.at("use").at(kind);
        }
    }

    private Kit(Shared shared, Set<String> variables, Set<String> used) {
        this.shared = shared;
        this.used = used;
        this.variables = Set.copyOf(variables);
    }

    static Kit of(Shared shared, String... more) {
        Kit kit = new Kit(shared, EVERYWHERE, new HashSet<>()).with(more);
        return shared.declared("secrets").there() ? kit.with("secrets") : kit;
    }

    Kit with(String... more) {
        Set<String> all = new HashSet<>(variables);
        all.addAll(List.of(more));
        return new Kit(shared, all, used);
    }

    /** The same, which notes the variables that expressions use in a set of its own. */
    Kit noting(Set<String> own) {
        return new Kit(shared, variables, own);
    }

    /** The same, where the transformed input is not yet known. */
    Kit without(String variable) {
        Set<String> all = new HashSet<>(variables);
        all.remove(variable);
        return new Kit(shared, all, used);
    }

    Shared shared() {
        return shared;
    }

    boolean secrets() {
        return variables.contains("secrets");
    }

    /** What is declared for reuse under this name, which a part says. */
    Optional<Part> declared(String kind, Part name) {
        Part all = shared.declared(kind);
        Optional<Part> found = all.find(name.json().asText());
        if (found.isEmpty()) {
            name.wrong("is " + name.quoted() + ", which /use/" + kind + " has not; it has "
                    + (all.json().isObject() && !all.json().isEmpty()
                            ? String.join(", ", all.keys("an object"))
                            : "nothing"));
        }
        return found;
    }

    /** A part that is an expression whether it is written in braces or not. */
    Optional<Jq> expression(Part part) {
        String text = part.text(EXPRESSION);
        if (text.isEmpty()) {
            if (part.there() && part.json().isTextual()) {
                part.unlike(EXPRESSION);
            }
            return Optional.empty();
        }
        return compile(part, unwrapped(text).orElse(text));
    }

    private static Optional<String> unwrapped(String text) {
        Matcher wrapped = WRAPPED.matcher(text);
        return wrapped.matches() ? Optional.of(wrapped.group(1)) : Optional.empty();
    }

    private Optional<Jq> compile(Part part, String text) {
        try {
            Jq jq = shared.language.compile(text, variables);
            shared.timed |= text.contains("startedAt");
            used.addAll(jq.variables());
            return Optional.of(jq);
        } catch (Jq.Wrong e) {
            part.report("EXPRESSION", Problem.Severity.ERROR, e.getMessage());
            return Optional.empty();
        }
    }

    /** A part that may have expressions anywhere, each in braces. */
    Value value(Part part) {
        JsonNode json = part.json();
        if (json.isTextual()) {
            Optional<String> inner = unwrapped(json.textValue());
            if (inner.isPresent()) {
                return compile(part, inner.get())
                        .<Value>map(Value.Computed::new)
                        .orElse(new Value.Fixed(json));
            }
            if (json.textValue().contains("${")) {
                part.warn("has ${ within other text, which is taken as it stands; an expression takes the whole text: "
                        + "${ \"order \\(.id)\" }");
            }
            return new Value.Fixed(json);
        }
        if (json.isArray()) {
            List<Value> items = new ArrayList<>();
            part.each("an array").forEach(item -> items.add(value(item)));
            return items.stream().allMatch(Value.Fixed.class::isInstance)
                    ? new Value.Fixed(json)
                    : new Value.Items(items);
        }
        if (json.isObject()) {
            SequencedMap<String, Value> fields = new LinkedHashMap<>();
            part.keys("an object").forEach(key -> fields.put(key, value(part.at(key))));
            return fields.values().stream().allMatch(Value.Fixed.class::isInstance)
                    ? new Value.Fixed(json)
                    : new Value.Fields(fields);
        }
        return new Value.Fixed(json);
    }

    /** What a part's {@code from} or {@code as} says: text is an expression, braces or not. */
    Value transformed(Part part) {
        if (part.json().isTextual()) {
            return expression(part).<Value>map(Value.Computed::new).orElse(new Value.Fixed(part.json()));
        }
        if (part.there() && !part.json().isObject()) {
            part.unlike(EXPRESSION + ", or an object of such");
        }
        return value(part);
    }

    /** An object with expressions, or one expression that gives an object. */
    Value object(Part part, String expected) {
        if (part.there()
                && !part.json().isObject()
                && unwrapped(part.json().asText()).isEmpty()) {
            part.unlike(expected);
        }
        return value(part);
    }

    Optional<Span> span(Part part) {
        if (!part.there()) {
            return Optional.empty();
        }
        if (part.json().isObject()) {
            return units(part);
        }
        String text = part.text(DURATION);
        Optional<String> inner = unwrapped(text);
        if (inner.isPresent()) {
            return compile(part, inner.get()).map(Span.Computed::new);
        }
        Optional<Duration> fixed = duration(text);
        if (fixed.isEmpty() && part.json().isTextual()) {
            part.unlike(DURATION);
        }
        return fixed.map(Span.Fixed::new);
    }

    private static Optional<Span> units(Part part) {
        part.only(DURATION, UNITS.keySet());
        Duration sum = Duration.ZERO;
        for (String unit : part.keys(DURATION)) {
            JsonNode count = part.at(unit).json();
            if (!count.isNumber()
                    || count.decimalValue().signum() < 0
                    || count.decimalValue().compareTo(BigDecimal.valueOf(4_000_000_000_000L)) > 0) {
                part.at(unit).unlike("a number of " + unit + ", 0 or more");
            } else if (UNITS.containsKey(unit)) {
                sum = sum.plusMillis(count.decimalValue()
                        .multiply(BigDecimal.valueOf(UNITS.get(unit).toMillis()))
                        .min(BigDecimal.valueOf(LONGEST.toMillis() + 1))
                        .longValue());
            }
        }
        if (part.json().isEmpty() || sum.compareTo(LONGEST) > 0) {
            part.unlike(DURATION);
        }
        return Optional.of(new Span.Fixed(sum));
    }

    /** What an expression gave for a duration, in either of the forms that a document may have. */
    public static Optional<Duration> duration(JsonNode value) {
        if (!value.isObject()) {
            return duration(value.asText(""));
        }
        BigDecimal millis = BigDecimal.ZERO;
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (!UNITS.containsKey(each.getKey()) || !each.getValue().isNumber()) {
                return Optional.empty();
            }
            BigDecimal unit = BigDecimal.valueOf(UNITS.get(each.getKey()).toMillis());
            millis = millis.add(each.getValue().decimalValue().multiply(unit));
        }
        boolean fits = millis.signum() >= 0 && millis.compareTo(BigDecimal.valueOf(LONGEST.toMillis())) <= 0;
        return value.isEmpty() || !fits ? Optional.empty() : Optional.of(Duration.ofMillis(millis.longValue()));
    }

    /** ISO 8601 as far as it is of fixed length, with a day of 24 hours. */
    public static Optional<Duration> duration(String text) {
        try {
            Duration duration = Duration.parse(text);
            return duration.isNegative() || duration.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
