package dev.dovetail.kernel.http;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.identity.Permission;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes are taken only as what they are: what may change something is told whether to. */
class RouterTest {
    private final Router router = new Router();

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE"})
    void aRouteThatMayChangeSomethingIsToldOfDryRuns(String method) {
        Route.Handler knowsOfNone = x -> x.answerNothing();
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> router.add(method, "/things", Permission.READ, 0, "", knowsOfNone));
        assertTrue(refused.getMessage().contains(method + " /things"), refused.getMessage());
        router.add(method, "/things", Permission.READ, 0, "", (x, dryRun) -> x.answerNothing());
        assertTrue(router.routes().getFirst().changes());
    }

    @Test
    void oneThatChangesNothingSaysWhy() {
        router.addHarmless("/things:look", Permission.READ, 0, "", Optional.empty(), "It looks", x -> {});
        router.add("GET", "/things", Permission.READ, 0, "", x -> x.answerNothing());
        router.routes().forEach(route -> assertFalse(route.changes(), route.template()));
    }
}
