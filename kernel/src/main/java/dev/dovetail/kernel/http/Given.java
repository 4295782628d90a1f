package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Problem;
import io.helidon.http.HeaderName;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A wish, and where in the request it stands. Of two that cannot both be granted neither is: whichever it was that the caller
 * meant, half of the time it would be the other.
 *
 * @param at such as {@code ?version} or {@code /version}
 */
record Given(String at, String value) {
    static Optional<Given> inQuery(Exchange x, String name) {
        return x.query(name).map(value -> new Given("?" + name, value));
    }

    static Optional<Given> inHeader(Exchange x, HeaderName name) {
        return x.header(name).map(value -> new Given(name.defaultCase(), value));
    }

    /** A field of an object, as text or a whole number. */
    static Optional<Given> inBody(JsonNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString() && !value.isIntegralNumber()) {
            throw Refusal.field(
                    ErrorType.MALFORMED, "/" + field, "expected a text or a whole number", value.toString());
        }
        return Optional.of(new Given("/" + field, value.asString()));
    }

    /**
     * What may be wished in several places.
     *
     * @throws Refusal if something else is wished in one than in another
     */
    static Optional<String> one(List<Optional<Given>> places) {
        Optional<Given> first = Optional.empty();
        for (Optional<Given> place : places) {
            if (place.isPresent()
                    && first.isPresent()
                    && !place.get().value().equals(first.get().value())) {
                throw contradict(first.get(), place.get(), "expected the same as in ");
            }
            first = first.isPresent() ? first : place;
        }
        return first.map(Given::value);
    }

    /** @throws Refusal if there are two, of which one rules out the other */
    static void notBoth(Optional<Given> one, Optional<Given> other) {
        if (one.isPresent() && other.isPresent()) {
            throw contradict(one.get(), other.get(), "expected this or ");
        }
    }

    /** The two wishes that a request has and that do not go together. */
    static Refusal contradict(Given one, Given other, String expected) {
        return Refusal.of(
                ErrorType.MALFORMED,
                one.at() + " and " + other.at() + " contradict each other: they are " + one.quoted() + " and "
                        + other.quoted(),
                List.of(
                        new Problem(one.at(), expected + other.at(), one.quoted(), ""),
                        new Problem(other.at(), expected + one.at(), other.quoted(), "")));
    }

    private String quoted() {
        return "\"" + value + "\"";
    }
}
