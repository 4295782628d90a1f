package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.contract.Comparison;
import dev.dovetail.kernel.contract.Contract;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.schema.Schemas;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The example that the quickstart shows is what it says it is. */
final class ExampleTest {
    private static final Path EXAMPLE = Path.of("..", "examples", "push-digest");

    private final Bundle first = Bundle.of(EXAMPLE);
    private final Bundle second = Bundle.of(EXAMPLE.resolve("v2"));
    private final JsonNode event = Input.json(EXAMPLE.resolve("event.json"));

    private static JsonNode contract(Bundle bundle) {
        return bundle.body().get("contract");
    }

    @Test
    void theSampleFitsTheContractOfBothVersionsAndAWrongOneDoesNot() {
        Schemas schemas = new Schemas();
        ObjectNode wrong = ((ObjectNode) event).deepCopy().put("forced", "maybe");
        for (Bundle each : List.of(first, second)) {
            Schemas.Checked params = schemas.compile(contract(each).get("params"));
            assertEquals(List.of(), params.problems(event));
            assertFalse(params.problems(wrong).isEmpty());
        }
    }

    @Test
    void theSampleIsAFullSizedPush() {
        int bytes = Screen.JSON.writeValueAsBytes(event).length;
        assertTrue(bytes > 8 << 10 && bytes < 16 << 10, bytes + " bytes");
        assertTrue(event.path("head_commit")
                .equals(event.path("commits").path(event.path("commits").size() - 1)));
        assertEquals(event.path("after"), event.path("head_commit").path("id"));
    }

    @Test
    void theSecondVersionIsAnotherAndBreaksNoCaller() {
        assertEquals(first.name(), second.name());
        assertFalse(first.body().get("code").equals(second.body().get("code")));
        Comparison comparison = new Contracts()
                .compare(
                        new Contract(
                                contract(first).get("params"), contract(first).get("returns"), List.of()),
                        new Contract(
                                contract(second).get("params"), contract(second).get("returns"), List.of()));
        assertEquals(Comparison.Bump.MINOR, comparison.bump(), comparison::toString);
    }
}
