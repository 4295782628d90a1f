package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.testkit.Workshop;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is kept of compiled classes, and for how long. */
@Tag("RT-27")
final class ShelfTest {
    private static final byte[] CLASS = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 55};

    private final Workshop workshop = new Workshop();

    @AfterEach
    void close() {
        workshop.close();
    }

    private static Digest name(int number) {
        return Digest.of(new byte[] {(byte) number});
    }

    private static byte[] packed(int count, Map<String, byte[]> classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(count);
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static boolean taken(byte[] packed) {
        return Compiled.areClasses(ByteBuffer.wrap(packed));
    }

    @Test
    void onlyClassesWithNamesOfClassesAreTaken() throws Exception {
        for (String name : List.of("Handler", "shop.Orders$1", "a.b.Ünicode", "shop.package-info")) {
            assertTrue(taken(packed(1, Map.of(name, CLASS))), name);
        }
        for (String name :
                List.of("", "../Handler", "a/b", "/etc/passwd", "a..b", ".a", "a.", "1a", "a b", "a\u0000")) {
            assertFalse(taken(packed(1, Map.of(name, CLASS))), name);
        }
        assertFalse(taken(packed(1, Map.of("A", new byte[] {1, 2, 3, 4}))), "no class");
        assertFalse(taken(packed(1, Map.of("A", new byte[0]))), "nothing");
        assertFalse(taken(packed(0, Map.of())), "none");
        assertFalse(taken(packed(2, Map.of("A", CLASS))), "fewer than promised");
        assertFalse(taken(packed(1, new LinkedHashMap<>(Map.of("A", CLASS, "B", CLASS)))), "more than promised");
        assertFalse(taken(packed(-1, Map.of("A", CLASS))), "less than none");
        assertFalse(taken(packed(1 << 20, Map.of("A", CLASS))), "very many");
        Map<String, byte[]> many = new LinkedHashMap<>();
        for (int i = 0; i < 4_097; i++) {
            many.put("A" + i, CLASS);
        }
        assertFalse(taken(packed(4_097, many)));
        many.remove("A0");
        assertTrue(taken(packed(4_096, many)));
    }

    @Test
    void whateverComesInsteadOfClassesIsRefusedAndHarmsNothing() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] right = packed(1, Map.of("shop.Orders", CLASS));
        for (int i = 0; i < 20_000; i++) {
            byte[] wrong = right.clone();
            int where = random.nextInt(8);
            wrong[where] = (byte) random.nextInt(256); // in the count, the lengths, or the name's beginning
            byte[] cut = java.util.Arrays.copyOf(wrong, random.nextInt(wrong.length));
            assertFalse(taken(cut), "seed " + seed);
            taken(wrong); // whichever it says, it says it
        }
    }

    @Test
    void moreThanThereIsRoomForMakesTheLeastUsedGo() throws Exception {
        Shelf shelf = new Shelf(workshop, 3_500);
        Bytes content = Bytes.given(new byte[1_000]);
        Instant now = Instant.now();
        for (int i = 0; i < 3; i++) {
            shelf.keep(name(i), content);
            Files.setLastModifiedTime(shelf.path(name(i)), FileTime.from(now.minus(Duration.ofDays(10 - i))));
        }
        assertEquals(Optional.of(content), shelf.find(name(0)), "and used now");
        shelf.keep(name(3), content);
        assertEquals(Optional.of(content), shelf.find(name(0)));
        assertEquals(Optional.empty(), shelf.find(name(1)));
        assertEquals(Optional.of(content), shelf.find(name(2)));
        assertEquals(Optional.of(content), shelf.find(name(3)));
    }

    @Test
    void whatAnEndedProcessHadHalfWrittenIsNeverFoundAndGoes() throws Exception {
        Shelf shelf = new Shelf(workshop);
        shelf.keep(name(0), Bytes.utf8("whole"));
        Path folder = shelf.path(name(0)).getParent();
        Path old = Files.write(folder.resolve("1.half"), new byte[10]);
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        Path young = Files.write(folder.resolve("2.half"), new byte[10]);
        shelf.keep(name(1), Bytes.utf8("another"));
        assertFalse(Files.exists(old));
        assertTrue(Files.exists(young), "somebody may be writing it");
        assertEquals(Optional.empty(), shelf.find(name(2)));
        assertEquals("whole", shelf.find(name(0)).orElseThrow().text());
    }

    @Test
    void whatIsKeptForOneIsNotTakenForAnother() throws Exception {
        Shelf shelf = new Shelf(workshop);
        shelf.keep(name(0), Bytes.utf8("mine"));
        Files.copy(shelf.path(name(0)), shelf.path(name(1)));
        assertEquals(Optional.empty(), shelf.find(name(1)));
        assertEquals("mine", shelf.find(name(0)).orElseThrow().text());
    }

    @Test
    void aFolderThatCannotBeWrittenToKeepsNothingAndSaysNothing() throws Exception {
        Files.write(workshop.cache().resolve("classes"), new byte[0]);
        Shelf shelf = new Shelf(workshop);
        shelf.keep(name(0), Bytes.utf8("mine"));
        assertEquals(Optional.empty(), shelf.find(name(0)));
        try (Stream<Path> all = Files.list(workshop.cache())) {
            assertEquals(1, all.count());
        }
    }
}
