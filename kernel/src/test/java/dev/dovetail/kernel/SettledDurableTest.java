package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a step answered is in the store before the next one's code runs, if anybody could see that it ran. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettledDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private House house;
    private Flows flows;

    @BeforeAll
    void open(@TempDir Path folder) throws Exception {
        house = House.at(folder).on(state, new InMemoryBlobStore()).open();
        flows = new Flows(house);
    }

    @AfterAll
    void close() {
        house.close();
    }

    /** Whether a journal in the store holds this. */
    static boolean isKept(InMemoryStateStore state, String answer) {
        return state.list(Range.prefix(Key.Space.STATE, "t/default/j/"), 1000).stream()
                .anyMatch(each -> new String(each.value().toArray(), StandardCharsets.UTF_8).contains(answer));
    }

    private String until(String name, String runtime, Guest.Body first, List<Boolean> kept) throws Exception {
        flows.deploy(
                name,
                guest -> {
                    guest.step("a", first);
                    guest.step("b", (_, _) -> "" + kept.add(isKept(state, "answer of " + name)));
                    return guest.call(Guest.event("go", Duration.ofHours(1)));
                },
                "\"runtime\":\"" + runtime + "\"");
        String id = flows.start(name, "{}");
        flows.await(id, "suspended");
        return id;
    }

    private void isKeptBeforeTheNextStep(String name, String runtime, Guest.Body first) throws Exception {
        List<Boolean> kept = new CopyOnWriteArrayList<>();
        String id = until(name, runtime, first, kept);
        assertEquals(List.of(true), kept);
        assertTrue(isKept(state, "answer of " + name));
        flows.signal(id, "go", "7").is(202);
        flows.await(id, "succeeded");
        assertEquals(1, kept.size());
    }

    @Test
    void whereCodeCanReachMoreThanItsHostEveryStepIsKeptBeforeTheNext() throws Exception {
        isKeptBeforeTheNextStep("walls", "worker", (_, _) -> "\"answer of walls\"");
    }

    @Test
    void aStepWithAnEffectIsKeptBeforeTheNext() throws Exception {
        isKeptBeforeTheNextStep("effect", "cmd", (guest, run) -> {
            guest.call(run.scope(), new HostCall.Other("audit", 1, Bytes.utf8("{\"action\":\"told\",\"details\":{}}")));
            return "\"answer of effect\"";
        });
    }

    /** Nobody can tell whether it ran once or twice: it goes with what follows. */
    @Test
    void aStepThatOnlyComputesIsKeptWithWhatFollows() throws Exception {
        List<Boolean> kept = new CopyOnWriteArrayList<>();
        // what takes long is kept at once too, and where much is new or the machine is busy anything may
        for (int i = 0; i < 20 && !kept.contains(false); i++) {
            String name = "pure-" + (char) ('a' + i);
            until(name, "cmd", (_, _) -> "\"answer of " + name + "\"", kept);
            assertTrue(isKept(state, "answer of " + name));
        }
        assertTrue(kept.contains(false), "each time it was kept before the next step");
    }
}
