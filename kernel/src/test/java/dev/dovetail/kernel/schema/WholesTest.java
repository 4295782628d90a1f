package dev.dovetail.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole numbers are compared whatever their size and however they are written. */
class WholesTest {
    private final Schemas schemas = new Schemas();

    private List<String> problems(String schema, String value) {
        Schemas.Checked checked = schemas.compile(schemas.object("{\"type\":\"object\",\"properties\":{\"n\":" + schema
                + ",\"all\":{\"type\":\"array\",\"items\":" + schema + "}}}"));
        String text = "{\"n\":" + value + ",\"all\":[" + value + "],\"half\":0.5}";
        List<String> ofText =
                checked.problems(Bytes.utf8(text)).stream().map(Problem::told).toList();
        assertEquals(
                ofText,
                checked.problems(schemas.parse(text)).stream()
                        .map(Problem::told)
                        .toList());
        return ofText;
    }

    @Test
    void aWholeNumberOfMoreThan64BitsIsComparedHoweverItIsWritten() {
        for (String number : List.of("1e30", "1.5E30", "1" + "0".repeat(30), "1" + "0".repeat(30) + ".0", "1e308")) {
            assertEquals(List.of(), problems("{\"type\":\"integer\",\"minimum\":0}", number), number);
            assertEquals(List.of(), problems("{\"type\":\"integer\",\"exclusiveMaximum\":1}", "-" + number), number);
            assertEquals(
                    2, problems("{\"type\":\"integer\",\"maximum\":5}", number).size(), number);
            assertEquals(
                    2,
                    problems("{\"type\":\"integer\",\"exclusiveMinimum\":5}", "-" + number)
                            .size(),
                    number);
        }
    }

    @Test
    void whatIsWrongIsToldAsItWasWritten() {
        assertEquals(
                "/n: must have a maximum value of 5, but was 1E+30",
                problems("{\"type\":\"integer\",\"maximum\":5}", "1e30").getFirst());
    }
}
