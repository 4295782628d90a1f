package dev.dovetail.kernel.durable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.schema.Schemas;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters of events: what fits, what does not, and what is no filter. */
class CelFiltersTest {
    private final Schemas schemas = new Schemas();
    private final CelFilters filters = new CelFilters();

    @Tag("WF-09")
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``; {}; true",
                "event.n > 10; {\"n\": 10.5}; true",
                "event.n > 10; {\"n\": 11}; true",
                "event.n > 10; {\"n\": 10}; false",
                "event.n > 10; {\"n\": \"eleven\"}; false",
                "event.n > 10; {}; false",
                "event.n > 10; 7; false",
                "event > 5; 7; true",
                "event == null; null; true",
                "event.a == null; {\"a\": null}; true",
                "event.a.b in ['x', 'y']; {\"a\": {\"b\": \"y\"}}; true",
                "event.tags.exists(t, t.startsWith('ur')); {\"tags\": [\"old\", \"urgent\"]}; true",
                "has(event.a) && event.a; {\"a\": true}; true",
                "event.s.matches('^(a+)+$'); {\"s\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"}; false",
                "timestamp(event.at) < timestamp('2027-01-01T00:00:00Z'); {\"at\": \"2026-11-21T08:00:00Z\"}; true"
            })
    void anEventFitsIfTheFilterIsTrueOfIt(String filter, String event, boolean fits) {
        String text = Optional.ofNullable(filter).orElse("");
        assertEquals(Optional.empty(), filters.problem(text));
        assertEquals(fits, filters.judge(text, schemas.parse(event)).fits());
        assertEquals(fits, filters.judge(text, schemas.parse(event)).fits(), "a second time");
    }

    @Tag("WF-09")
    @ParameterizedTest
    @ValueSource(strings = {"event.n >", "other == 1", "1 + 1", "'text'", "event.n > 10)", "unknown(event)"})
    void whatIsNoFilterIsSaidSo(String filter) {
        String problem = filters.problem(filter).orElseThrow();
        assertTrue(problem.contains("CEL"), problem);
        assertEquals(false, filters.judge(filter, schemas.parse("{\"n\": 11}")).fits());
    }

    @Test
    void whatAFilterFailsOnIsToldApartFromWhatDoesNotFit() {
        assertEquals(Optional.empty(), filters.judge("", schemas.parse("7")).failure());
        assertEquals(
                Optional.empty(),
                filters.judge("event.n > 10", schemas.parse("{\"n\": 3}")).failure());
        assertTrue(filters.judge("event.n > 10", schemas.parse("{}")).failure().isPresent(), "what is not there");
        assertTrue(
                filters.judge("event.n > 10", schemas.parse("{\"n\": \"x\"}"))
                        .failure()
                        .isPresent(),
                "another type");
        assertTrue(
                filters.judge("event.n", schemas.parse("{\"n\": 3}")).failure().isPresent(), "neither true nor false");
    }

    @Test
    void whatAFilterMayTakeIsBounded() {
        assertTrue(filters.problem("event.n == " + "1 + ".repeat(1000) + "1").isPresent(), "its length");
        assertTrue(filters.problem("(".repeat(200) + "true" + ")".repeat(200)).isPresent(), "its depth");
        String loops = "event.all(a, event.all(b, event.all(c, event.all(d, true))))";
        assertEquals(Optional.empty(), filters.problem(loops));
        String many = "[" + "1,".repeat(99) + "1]";
        assertEquals(false, filters.judge(loops, schemas.parse(many)).fits(), "a hundred million turns");
    }
}
