package dev.dovetail.storage.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said and done when the log is not what was written. The H2 file is taken away, so that the log alone counts. */
final class H2DamageTest {
    private static final int COMMITS = 100;

    @TempDir
    Path home;

    private Path file() {
        return home.resolve("store");
    }

    /** Commits one after the other, and closes the store. */
    private void written() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = Victim.open(file(), context)) {
            for (int i = 0; i < COMMITS; i++) {
                store.commit(
                        new CommitId("c" + i),
                        List.of(new Change.Put(
                                Key.state("k/%03d".formatted(i)), Bytes.given(new byte[5_000]), Expectation.absent())));
            }
        }
        Files.delete(Path.of(file() + ".mv.db"));
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(file() + ".wal"))) {
            return all.sorted().toList();
        }
    }

    private int found() throws Exception {
        try (Workshop context = new Workshop();
                StateStore store = Victim.open(file(), context)) {
            int found = store.list(Range.prefix(Space.STATE, "k/"), 1_000).size();
            store.commit(
                    CommitId.fresh(),
                    List.of(new Change.Put(Key.state("after"), Bytes.empty(), Expectation.anything())));
            return found;
        }
    }

    private PluginException refused() throws Exception {
        try (Workshop context = new Workshop()) {
            PluginException no = assertThrows(PluginException.class, () -> Victim.open(file(), context));
            assertEquals(Kind.BROKEN, no.kind(), no.getMessage());
            return no;
        }
    }

    @Test
    void theLogAloneHasEverything() throws Exception {
        written();
        assertTrue(segments().size() >= 3, segments().toString());
        assertEquals(COMMITS, found());
        assertEquals(COMMITS, found());
    }

    @Test
    void aTornEndIsCutOff() throws Exception {
        written();
        Path last = segments().getLast();
        try (var channel = Files.newByteChannel(last, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(last) - 700);
        }
        assertEquals(COMMITS - 1, found());
        assertEquals(COMMITS - 1, found());
    }

    @Test
    void garbageAfterTheEndIsCutOff() throws Exception {
        written();
        byte[] garbage = new byte[3_000];
        new Random(1).nextBytes(garbage);
        Files.write(segments().getLast(), garbage, StandardOpenOption.APPEND);
        assertEquals(COMMITS, found());
        assertEquals(COMMITS, found());
    }

    @Test
    void aSegmentThatWasBeingMadeIsNone() throws Exception {
        written();
        String name = "%016d.wal".formatted(segments().size() + 1);
        Files.write(segments().getLast().resolveSibling(name), new byte[100]);
        assertEquals(COMMITS, found());
    }

    @Test
    void aFlippedBitInTheMiddleIsRefusedByFileAndPlace() throws Exception {
        written();
        for (Path segment : List.of(segments().getFirst(), segments().getLast())) {
            byte[] bytes = Files.readAllBytes(segment);
            int record = Segment.HEADER;
            int place = record + Frame.HEADER + 40;
            bytes[place] ^= 4;
            Files.write(segment, bytes);
            String message = refused().getMessage();
            assertTrue(message.contains(segment.toString()) && message.contains("byte " + record + ":"), message);
            bytes[place] ^= 4;
            Files.write(segment, bytes);
        }
        assertEquals(COMMITS, found());
    }

    @Test
    void aDamagedLengthInTheMiddleIsRefused() throws Exception {
        written();
        Path last = segments().getLast();
        byte[] bytes = Files.readAllBytes(last);
        bytes[Segment.HEADER + 4] ^= 0x40;
        Files.write(last, bytes);
        assertTrue(refused().getMessage().contains(last.toString()));
    }

    @Test
    void aMissingSegmentIsRefused() throws Exception {
        written();
        Path second = segments().get(1);
        Files.delete(second);
        assertTrue(refused().getMessage().contains("missing"));
    }

    @Test
    void anEndMissingBeforeTheLastSegmentIsRefused() throws Exception {
        written();
        Path first = segments().getFirst();
        long size = Files.size(first);
        byte[] bytes = Files.readAllBytes(first);
        int end = Segment.HEADER;
        for (int next = end;
                next < size;
                next = Frame.at(java.nio.ByteBuffer.wrap(bytes), next).end()) {
            end = next;
        }
        try (var channel = Files.newByteChannel(first, StandardOpenOption.WRITE)) {
            channel.truncate(end);
        }
        assertTrue(refused().getMessage().contains(first + " is damaged at byte " + end));
    }
}
