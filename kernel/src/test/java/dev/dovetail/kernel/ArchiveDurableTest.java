package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A whole node puts what is old into its archive. */
@Tag("EX-18")
class ArchiveDurableTest {
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore();

    /** As if all that has ended had ended years ago. */
    private void age() {
        for (Entry each : state.list(Range.prefix(Key.Space.HISTORY, ""), 10_000)) {
            Key older = Key.history("20200101" + each.key().path().substring(8));
            state.commit(
                    CommitId.fresh(),
                    List.of(
                            new Change.Delete(each.key(), Expectation.anything()),
                            new Change.Put(older, each.value(), Expectation.anything())));
        }
    }

    private static List<JsonNode> lines(Path archive) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (Stream<Path> all = Files.walk(archive)) {
            for (Path each : all.filter(it -> it.toString().endsWith(".gz")).toList()) {
                try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(each))) {
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .forEach(line -> lines.add(House.SCHEMAS.parse(line)));
                }
            }
        }
        return lines;
    }

    @Test
    void whatIsOldIsInTheArchiveWithItsTimelineAndResultAndNoMoreInTheStore(@TempDir Path one, @TempDir Path two)
            throws Exception {
        String id;
        String plain;
        try (House house = House.at(one).on(state, blobs).open()) {
            Flows flows = new Flows(house);
            flows.deploy("books", guest -> {
                guest.log("it begins");
                return guest.step("book", (_, _) -> "{\"seat\":7}");
            });
            house.deploy("plain", "echo");
            id = flows.start("books", "{\"of\":\"me\"}");
            flows.await(id, "succeeded");
            plain = house.invoke("plain", "{\"n\":1}").header("X-Execution-Id");
        }
        age();
        Path archive = two.resolve("archive");
        try (House house = House.at(two)
                .on(state, blobs)
                .with("executions.archive", archive.toString())
                .open()) {
            Eventually.holds(
                    "what is wrong is said",
                    () -> house.get("/health").is(200).at("/status").equals("degraded"));
            assertTrue(house.get("/health").at("/troubles/archive").contains(archive.toString()));
        }
        assertTrue(state.list(Range.prefix(Key.Space.HISTORY, "20200101"), 1).size() > 0, "and nothing is deleted");
        Files.createDirectory(archive);
        try (House house = House.at(two)
                .on(state, blobs)
                .with("executions.archive", "../archive")
                .open()) {
            Eventually.holds(
                    "it is archived, and let go",
                    () -> state.list(Range.prefix(Key.Space.HISTORY, "20200101"), 1)
                            .isEmpty());
            assertEquals("up", house.get("/health").is(200).at("/status"));
        }
        List<JsonNode> lines = lines(archive);
        JsonNode journal = only(lines, "journal", id);
        assertEquals("me", journal.at("/execution/order/input/of").stringValue());
        assertEquals(7, journal.at("/execution/output/seat").intValue());
        assertTrue(journal.at("/execution/lines").toString().contains("\"label\":\"book\""), "its timeline");
        assertTrue(journal.at("/execution/lines").toString().contains("it begins"), "its log");
        assertEquals("books", only(lines, "record", id).get("function").stringValue());
        assertEquals("succeeded", only(lines, "record", plain).get("status").stringValue());
    }

    private static JsonNode only(List<JsonNode> lines, String kind, String id) {
        List<JsonNode> found = lines.stream()
                .filter(line -> line.get("kind").stringValue().equals(kind)
                        && line.get("id").stringValue().equals(id))
                .toList();
        assertEquals(1, found.size(), lines.toString());
        return found.getFirst();
    }
}
