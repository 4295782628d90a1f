package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose last commits are lost while nodes run: its server's place was taken by one that had not received them. */
class WentBackDurableTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final InMemoryStateStore state = new InMemoryStateStore();

    private List<Entry> segments(String id) {
        return state.list(Range.prefix(Key.Space.STATE, "t/default/j/" + id + "/"), 100);
    }

    @Test
    void whatIsLostOfAJournalIsDoneAgainAndNothingIsWrittenBehindTheHole(@TempDir Path folder) throws Exception {
        try (House house = House.at(folder).on(state, new InMemoryBlobStore()).open()) {
            Flows flows = new Flows(house);
            flows.deploy("going", guest -> {
                String one = guest.call(Guest.event("one", HOUR));
                String two = guest.call(Guest.event("two", HOUR));
                String step = guest.step("step", (_, _) -> {
                    house.commands.gate("step").pass();
                    return "3";
                });
                return "[" + one + "," + two + "," + step + "," + guest.call(Guest.event("go", HOUR)) + "]";
            });
            String id = flows.start("going", "{}");
            for (String event : List.of("one", "two")) {
                flows.await(id, "suspended");
                flows.signal(id, event, event.equals("one") ? "1" : "2").is(202);
            }
            house.commands.gate("step").await(1);
            List<Entry> before = segments(id);
            Change lost = new Change.Delete(before.getLast().key(), Expectation.anything());
            state.commit(CommitId.fresh(), List.of(lost));
            house.commands.gate("step").open();
            flows.signal(id, "two", "2", "once-more").is(202); // that it had come is lost, too
            house.commands.gate("step").await(1); // what is lost is done again
            flows.await(id, "suspended");
            List<Key> keys = segments(id).stream().map(Entry::key).toList();
            for (int i = 0; i < keys.size(); i++) {
                assertEquals(Key.state("t/default/j/" + id + "/" + String.format("%06d", i)), keys.get(i));
            }
            flows.signal(id, "go", "4").is(202);
            assertEquals("[1,2,3,4]", flows.await(id, "succeeded").at("/output"));
        }
    }

    @Test
    void aNodeThatWasAwayMeanwhileForgetsWhatWasDeployedAndLost(@TempDir Path one, @TempDir Path two) throws Exception {
        InMemoryBlobStore blobs = new InMemoryBlobStore();
        CutStore away = new CutStore(state);
        try (House first = House.at(one).on(state, blobs).open();
                House second = House.at(two).on(away, blobs).open()) {
            first.deploy("kept", "return 1");
            Key epoch = Key.state("c/catalog/epoch");
            Change back = new Change.Put(epoch, state.find(epoch).orElseThrow().value(), Expectation.anything());
            first.deploy("lost", "return 1");
            Eventually.holds(
                    "the other knows it", () -> second.invoke("lost", "{}").status() == 200);
            away.stop();
            try {
                List<Change> changes = new ArrayList<>(List.of(back));
                for (String kind : List.of("fn/lost", "fv/lost/")) {
                    state.list(Range.prefix(Key.Space.STATE, "t/default/" + kind), 10)
                            .forEach(each -> changes.add(new Change.Delete(each.key(), Expectation.anything())));
                }
                state.commit(CommitId.fresh(), changes);
                Eventually.holds("it is lost", () -> first.invoke("lost", "{}").status() == 404);
                first.deploy("other", "return 1");
                first.deploy("another", "return 1");
            } finally {
                away.letGo();
            }
            Eventually.holds(
                    "the last is known", () -> second.invoke("another", "{}").status() == 200);
            second.invoke("other", "{}").is(200);
            second.invoke("lost", "{}").is(404);
        }
    }

    /** As when a backup of the blobs is older than that of the store. */
    @Test
    void whatWaitsForCodeThatIsLostSaysSo(@TempDir Path one, @TempDir Path two) throws Exception {
        try (House first = House.at(one).on(state, new InMemoryBlobStore()).open()) {
            first.deploy("without", "return 1");
        }
        try (House house = House.at(two).on(state, new InMemoryBlobStore()).open()) {
            Flows flows = new Flows(house);
            String id = flows.start("without", "{}");
            Eventually.holds(
                    "it is told why it waits",
                    () -> house.get("/api/v1/executions/" + id + "/explain")
                            .is(200)
                            .at("/why")
                            .matches(
                                    "the platform failed it, and tries again at .+: The code [0-9a-f]{64} is not in the"
                                            + " blob store"));
        }
    }
}
