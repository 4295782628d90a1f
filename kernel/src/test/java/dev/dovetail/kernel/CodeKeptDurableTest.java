package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that runs lets code go which nothing needs, and keeps that of what is open. */
@Tag("ST-10")
class CodeKeptDurableTest {
    private static final String LONG_AGO = "2020-01-01T00:00:00Z";

    private final InMemoryStateStore state = new InMemoryStateStore();

    private String code(House house, String function) {
        return house.get("/api/v1/functions/" + function + "/versions/1")
                .is(200)
                .at("/codeSha256");
    }

    @Test
    void ofVersionsThatWereTakenOutThoseStayOnWhichSomethingIsOpen(@TempDir Path one, @TempDir Path two)
            throws Exception {
        // as if all had been put long ago
        InMemoryBlobStore blobs = new InMemoryBlobStore(() -> Instant.parse(LONG_AGO));
        String id;
        String needed;
        String unneeded;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("open", guest -> guest.call(Guest.event("go", Duration.ofHours(1))));
            house.deploy("over", "return 1");
            needed = code(house, "open");
            unneeded = code(house, "over");
            id = flows.start("open", "{}");
            flows.await(id, "suspended");
            house.version("open", "return 2");
            house.version("over", "return 2");
            for (String each : List.of("open", "over")) {
                house.delete("/api/v1/functions/" + each + "/versions/1").is(204);
            }
        }
        for (String each : List.of("open", "over")) {
            Aged.set(state, "t/default/fr/" + each + "/000000001", "neededAt", LONG_AGO);
        }
        try (House _ = House.at(two)
                .on(state, blobs)
                .knowing("open", guest -> guest.call(Guest.event("go", Duration.ofHours(1))))
                .open()) {
            String mark = "c/blobs/unused/default/" + unneeded;
            Eventually.holds(
                    "it is known that nothing needs it",
                    () -> Aged.keys(state, "c/blobs/unused/").equals(List.of(mark)));
            assertEquals(List.of("t/default/fr/open/000000001"), Aged.keys(state, "t/default/fr/"));
            Aged.set(state, mark, "since", LONG_AGO);
        }
        try (House house = House.at(one)
                .on(state, blobs)
                .knowing("open", guest -> guest.call(Guest.event("go", Duration.ofHours(1))))
                .open()) {
            Eventually.holds("it is gone", () -> !SweptNode.has(blobs, new Digest(unneeded)));
            assertTrue(SweptNode.has(blobs, new Digest(needed)));
            Eventually.holds("it is counted", () -> house.get("/metrics").body().contains("blobs_deleted_total 1"));
            Flows flows = new Flows(house);
            flows.signal(id, "go", "7").is(202);
            assertEquals("7", flows.await(id, "succeeded", 10).at("/output"));
        }
    }
}
