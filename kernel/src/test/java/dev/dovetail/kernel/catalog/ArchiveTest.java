package dev.dovetail.kernel.catalog;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.contract.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives from outside are unpacked with suspicion. */
class ArchiveTest {
    @TempDir
    Path folder;

    /** An archive of these entries, in turn name and content; a name may come twice. */
    private static byte[] zip(String... entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < entries.length; i += 2) {
                zip.putNextEntry(new ZipEntry(entries[i]));
                zip.write(entries[i + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The same with one text in place of another of the same length, wherever it is. */
    private static byte[] patched(byte[] zip, String from, String to) {
        return new String(zip, StandardCharsets.ISO_8859_1).replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void refused(byte[] archive, String why) throws IOException {
        Path target = Files.createTempDirectory(folder, "out");
        Refusal refusal = assertThrows(Refusal.class, () -> Archive.unpack(archive, target));
        assertTrue(refusal.detail().contains(why), refusal.detail());
        try (Stream<Path> all = Files.list(folder)) {
            assertTrue(
                    all.allMatch(each -> each.getFileName().toString().startsWith("out")), "nothing beside the target");
        }
    }

    @Tag("SE-16")
    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../../x", "/etc/x", "a\\b", "C:/x", "a//b", "./a", "a/./b", "a\u0000b", "a\nb"})
    void namesThatLeadElsewhereAreRefused(String name) throws IOException {
        refused(zip(name, "x"), "has an entry");
    }

    @Test
    void namesThatCannotBeFilesAreRefused() throws IOException {
        refused(zip("x".repeat(300), "x"), "cannot be a file");
        refused(zip("d/".repeat(1_100) + "x", "x"), "its path is longer than 2048 bytes");
        refused(zip("a", "x", "a/b", "y"), "one name");
        refused(zip("a/b", "x", "a", "y"), "one name");
        refused(zip("a/b/c", "x", "a", "y"), "one name");
        refused(zip("a", "x", "a/b/c", "y"), "one name");
    }

    @Test
    void theSameNameTwiceIsRefused() throws IOException {
        refused(patched(zip("one.txt", "1", "two.txt", "2"), "two.txt", "one.txt"), "twice");
    }

    @Test
    void aSymbolicLinkIsRefused() throws IOException {
        byte[] zip = zip("link", "/etc/passwd");
        int entry = new String(zip, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
        zip[entry + 5] = 3; // made on Unix
        zip[entry + 38 + 3] = (byte) (0xA1FF >> 8);
        zip[entry + 38 + 2] = (byte) 0xFF;
        refused(zip, "symbolic link");
    }

    @Test
    void aDirectoryThatDoesNotFitItsEntriesIsRefused() throws IOException {
        byte[] zip = zip("one.txt", "1", "two.txt", "2");
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        int directory = text.indexOf("PK\u0001\u0002");
        byte[] renamed = (text.substring(0, directory)
                        + text.substring(directory).replace("two.txt", "six.txt"))
                .getBytes(StandardCharsets.ISO_8859_1);
        refused(renamed, "does not list");
        refused(Arrays.copyOf(zip, zip.length - 5), "cut off");
        refused(Arrays.copyOf(zip, directory), "cut off");
        byte[] damaged = zip.clone();
        damaged[directory] = 0;
        refused(damaged, "damaged");
        byte[] far = zip.clone();
        far[zip.length - 22 + 16 + 3] = 0x7f;
        refused(far, "damaged");
        refused(new byte[0], "no ZIP");
        refused(zip(), "no files");
    }

    @Test
    void anArchiveOfTooManyEntriesIsRefused() throws IOException {
        String[] entries = new String[2 * 10_001];
        for (int i = 0; i < entries.length; i += 2) {
            entries[i] = "f" + i;
            entries[i + 1] = "";
        }
        byte[] archive = zip(entries);
        refused(archive, "more than 10000");
        Path nothing = folder.resolve("out-nothing");
        assertThrows(Refusal.class, () -> Archive.unpack(archive, nothing));
        assertFalse(Files.exists(nothing), "it is known before anything is unpacked");
    }

    @Test
    void aBombIsNotUnpackedToItsEnd() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("zeros"));
            byte[] megabyte = new byte[1 << 20];
            for (int i = 0; i < 260; i++) {
                zip.write(megabyte);
            }
            zip.closeEntry();
        }
        assertTrue(bytes.size() < 1 << 20);
        refused(bytes.toByteArray(), "250 MiB");
    }

    @Test
    void anyDamageIsRefusedOrHarmless() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] good = zip("main.cmd", "echo", "lib/a.txt", "text ".repeat(50), "lib/b/", "");
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Path target = folder.resolve("out" + i);
            Files.createDirectory(target);
            try {
                Archive.unpack(bad, target);
            } catch (Refusal refusal) {
                assertTrue(refusal.detail().startsWith("The archive "), "seed " + seed + ": " + refusal.detail());
            }
        }
    }

    @Test
    void oneFileIsTheSameBytesEachTime() throws IOException {
        byte[] archive = Archive.ofSource("a/main.cmd", "echo");
        assertArrayEquals(archive, Archive.ofSource("a/main.cmd", "echo"));
        Archive.unpack(archive, folder.resolve("out"));
        assertEquals("echo", Files.readString(folder.resolve("out/a/main.cmd")));
    }
}
