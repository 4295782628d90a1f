package dev.dovetail.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would make checking a single value endless or very long is found in the schema, before anything is checked. */
final class SoundnessTest {
    private final Schemas schemas = new Schemas();

    private Optional<Problem> flaw(String schema) {
        return schemas.unsound(schemas.parse(schema));
    }

    /** Schemas each of which has the one before it twice. */
    static String doubling(int levels, String twice) {
        StringBuilder schema = new StringBuilder("{\"$defs\":{\"l0\":{\"type\":\"string\"}");
        for (int i = 1; i < levels; i++) {
            schema.append(",\"l")
                    .append(i)
                    .append("\":")
                    .append(twice.replace("R", "{\"$ref\":\"#/$defs/l" + (i - 1) + "\"}"));
        }
        return schema.append("},\"$ref\":\"#/$defs/l")
                .append(levels - 1)
                .append("\"}")
                .toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "{'$ref':'#'} => /$ref",
                "{'$ref':''} => /$ref",
                "{'$ref':'#/$defs/a','$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}}} => /$defs/b/$ref",
                "{'type':'object','allOf':[true,{'$ref':'#'}]} => /allOf/1/$ref",
                "{'anyOf':[{'oneOf':[{'$ref':'#'}]}]} => /anyOf/0/oneOf/0/$ref",
                "{'not':{'$ref':'#'}} => /not/$ref",
                "{'if':true,'then':{'$ref':'#'}} => /then/$ref",
                "{'if':{'$ref':'#'}} => /if/$ref",
                "{'else':{'$ref':'#'}} => /else/$ref",
                "{'dependentSchemas':{'a/b':{'$ref':'#'}}} => /dependentSchemas/a~1b/$ref",
                "{'properties':{'a':{'items':{'$ref':'#/properties/a/items'}}}} => /properties/a/items/$ref",
                "{'properties':{'a':{'$anchor':'here','allOf':[{'$ref':'#here'}]}}} => /properties/a/allOf/0/$ref",
                "{'$id':'https://a.example/s','anyOf':[{'$ref':'s'}]} => /anyOf/0/$ref",
                "{'$id':'https://a.example/s','anyOf':[{'$ref':'https://a.example/s#/anyOf/0'}]} => /anyOf/0/$ref",
                "{'$ref':'#/$defs/a%20b','$defs':{'a b':{'$ref':'#'}}} => /$defs/a b/$ref",
                "{'$dynamicAnchor':'n','allOf':[{'$dynamicRef':'#n'}]} => /allOf/0/$dynamicRef",
                "{'$recursiveRef':'#'} => /$recursiveRef",
                "{'prefixItems':[{'$ref':'#/prefixItems/0'}]} => /prefixItems/0/$ref"
            })
    void aCircleWithoutAStepIntoTheValueIsNamedByItsPlace(String schema, String place) {
        Problem flaw = flaw(schema.replace('\'', '"')).orElseThrow();
        assertEquals(place, flaw.path());
        assertTrue(flaw.message().contains("circle"), flaw.message());
    }

    @ParameterizedTest
    @ValueSource(strings = {"$dynamicRef", "$recursiveRef"})
    void aDynamicReferenceThatLeadsNowhereIsNamedByItsPlace(String keyword) {
        Problem flaw =
                flaw("{\"properties\":{\"a\":{\"" + keyword + "\":\"#x\"}}}").orElseThrow();
        assertEquals("/properties/a/" + keyword, flaw.path());
        assertTrue(flaw.told().contains("leads nowhere"), flaw.told());
        assertTrue(flaw.told().contains("#x"), flaw.told());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "{'properties':{'next':{'$ref':'#'}}}",
                "{'items':{'anyOf':[{'$ref':'#'},{'type':'null'}]}}",
                "{'$dynamicAnchor':'n','properties':{'a':{'items':{'$dynamicRef':'#n'}}}}",
                "{'additionalProperties':{'$ref':'#'},'propertyNames':{'$ref':'#'}}",
                "{'properties':{'$ref':{'type':'string'},'allOf':{'$ref':'#'}}}",
                "{'const':{'$ref':'#'}}",
                "{'allOf':[{'$ref':'#/$defs/a'},{'$ref':'#/$defs/a'}],'$defs':{'a':{'properties':{'b':{'$ref':'#'}}}}}"
            })
    void aSchemaThatRefersToItselfFromInsideOfTheValueIsSound(String schema) {
        String text = schema.replace('\'', '"');
        assertEquals(Optional.empty(), flaw(text));
        schemas.compile(schemas.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'allOf':[R,R]}",
                "{'anyOf':[R,R]}",
                "{'oneOf':[R,R]}",
                "{'if':R,'then':R,'else':R}",
                "{'not':R,'allOf':[R]}",
                "{'dependentSchemas':{'a':R,'b':R}}"
            })
    void whatDoublesTheWorkWithEachLineIsRefusedAtOnce(String twice) {
        String schema = doubling(60, twice.replace('\'', '"'));
        Problem flaw = flaw(schema).orElseThrow();
        assertTrue(flaw.path().startsWith("/$defs/l"), flaw.path());
        assertTrue(flaw.message().contains("more than 10000 checks"), flaw.message());
        Schemas.Malformed refused = assertThrows(Schemas.Malformed.class, () -> schemas.compile(schemas.parse(schema)));
        assertEquals(flaw, refused.problems().getFirst());
    }

    @Test
    void whatDoublesWithEachStepIntoTheValueIsSoundAndCompilesAtOnce() {
        Schemas.Checked checked = schemas.compile(schemas.parse(doubling(40, "{\"properties\":{\"a\":R,\"b\":R}}")));
        assertEquals(
                1,
                checked.problems(Bytes.utf8(
                                "{\"a\":{\"b\":{\"a\":1}}}".replace("1", "{\"a\":".repeat(36) + "1" + "}".repeat(36))))
                        .size());
        assertEquals(0, checked.problems(Bytes.utf8("{\"a\":{\"b\":{}}}")).size());
    }

    @Test
    void referencesThatLeadThroughVeryManySchemasAreRefused() {
        Problem flaw = flaw(doubling(5_000, "{\"allOf\":[R]}")).orElseThrow();
        assertTrue(flaw.message().contains("more than 300 schemas"), flaw.message());
        Schemas.Malformed refused = assertThrows(
                Schemas.Malformed.class,
                () -> schemas.compile(schemas.parse(doubling(20_000, "{\"properties\":{\"a\":R}}"))));
        assertTrue(refused.getMessage().contains("too deep"), refused.getMessage());
    }

    @Test
    void workThatGrowsWithTheDepthOfTheValueEnds() {
        Schemas.Checked checked = schemas.compile(schemas.parse(
                "{\"allOf\":[{\"properties\":{\"a\":{\"$ref\":\"#\"}}},{\"properties\":{\"a\":{\"$ref\":\"#\"}}}]}"));
        Uncheckable told = assertThrows(
                Uncheckable.class, () -> checked.problems(Bytes.utf8("{\"a\":".repeat(150) + "1" + "}".repeat(150))));
        assertTrue(told.getMessage().contains("steps"), told.getMessage());
        assertEquals(0, checked.problems(Bytes.utf8("{\"a\":{\"a\":1}}")).size());
    }

    @Test
    void aLargeValueIsCheckedToItsEndAndWhatIsWrongInAllOfItIsToldInPart() {
        Schemas.Checked checked =
                schemas.compile(schemas.parse("{\"items\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1}}"));
        String many = "1,".repeat(2_000_000);
        assertEquals(0, checked.problems(Bytes.utf8("[" + many + "1]")).size());
        assertEquals(
                "/2000000",
                checked.problems(Bytes.utf8("[" + many + "2]")).getFirst().path());
        assertEquals(
                20,
                checked.problems(Bytes.utf8("[" + "2,".repeat(1_000) + "1]")).size());
        assertEquals(
                1,
                checked.problems(Bytes.utf8("[" + "2,".repeat(1_000_000) + "1]"))
                        .size());
    }
}
