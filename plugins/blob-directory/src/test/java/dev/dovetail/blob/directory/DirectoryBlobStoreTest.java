package dev.dovetail.blob.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.plugin.BlobStoreProvider;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.Settings;
import dev.dovetail.testkit.Workshop;
import dev.dovetail.testkit.store.BlobStoreContract;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The directory keeps the rules for blob stores, and says what is wrong with a disk. */
@Tag("ST-01")
@Tag("ST-08")
final class DirectoryBlobStoreTest implements BlobStoreContract {
    @Override
    public BlobStoreProvider provider() {
        return new DirectoryBlobStoreProvider();
    }

    @Override
    public void damage(Context context, Name tenant, Digest digest) throws IOException {
        Path file = file(context, tenant, digest);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private static Path file(Context context, Name tenant, Digest digest) {
        return context.home()
                .resolve("blobs")
                .resolve(tenant.text())
                .resolve(digest.hex().substring(0, 2))
                .resolve(digest.hex().substring(2));
    }

    private BlobStore open(Context context, String directory) throws InterruptedException {
        return provider().open(Settings.of(provider().schema(), Map.of("directory", directory)), context);
    }

    @Test
    void twoStoresShareADirectory(BlobStore store, Context context) throws Exception {
        try (BlobStore second = open(context, "blobs")) {
            Digest digest = second.put(TENANT, new ByteArrayInputStream(new byte[] {1, 2, 3}));
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            assertTrue(store.copy(TENANT, digest, target));
            assertArrayEquals(new byte[] {1, 2, 3}, target.toByteArray());
        }
    }

    @Test
    void whatACrashLeftIsNoBlobAndGoesInTime(BlobStore store, Context context) throws Exception {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(new byte[100]));
        Path file = file(context, TENANT, digest);
        Path old = Files.createFile(file.resolveSibling(file.getFileName() + ".doomed"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(200_000)));
        Path oldPut = Files.createFile(file.getParent().resolveSibling("0.tmp"));
        Files.setLastModifiedTime(oldPut, FileTime.from(Instant.now().minusSeconds(200_000)));
        Path newPut = Files.createFile(file.getParent().resolveSibling("1.tmp"));
        List<Digest> seen = new ArrayList<>();
        store.scan(TENANT, seen::add);
        assertEquals(List.of(digest), seen);
        assertFalse(Files.exists(old));
        assertFalse(Files.exists(oldPut));
        assertTrue(Files.exists(newPut));
    }

    @Test
    void aBlobOnItsWayOutIsStillCopied(BlobStore store, Context context) throws Exception {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(new byte[100]));
        Path file = file(context, TENANT, digest);
        Files.move(file, file.resolveSibling(file.getFileName() + ".doomed"));
        assertTrue(store.copy(TENANT, digest, new ByteArrayOutputStream()));
    }

    @Test
    void aDirectoryThatIsGoneIsNotMadeAnew(@TempDir Path folder) throws Exception {
        Path blobs = folder.resolve("blobs");
        try (Workshop workshop = new Workshop();
                BlobStore store = open(workshop, blobs.toString())) {
            Name tenant = Name.of("t");
            Digest kept = store.put(tenant, new ByteArrayInputStream(new byte[] {1}));
            Files.move(blobs, folder.resolve("away"));
            for (boolean mountPoint : List.of(false, true)) {
                if (mountPoint) {
                    Files.createDirectory(blobs);
                }
                for (Executable use : List.<Executable>of(
                        () -> store.put(tenant, new ByteArrayInputStream(new byte[] {2})),
                        () -> store.copy(tenant, kept, new ByteArrayOutputStream()))) {
                    PluginException gone = assertThrows(PluginException.class, use);
                    assertEquals(PluginException.Kind.UNAVAILABLE, gone.kind());
                    assertTrue(gone.getMessage().contains("is not the one that was opened"), gone::getMessage);
                }
            }
            try (Stream<Path> made = Files.list(blobs)) {
                assertEquals(0, made.count());
            }
            Files.delete(blobs);
            Files.move(folder.resolve("away"), blobs);
            assertTrue(store.copy(tenant, kept, new ByteArrayOutputStream()));
        }
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRejected() throws Exception {
        try (Workshop context = new Workshop()) {
            Files.createFile(context.home().resolve("blobs"));
            PluginException no = assertThrows(PluginException.class, () -> open(context, "blobs"));
            assertEquals(Kind.REJECTED, no.kind());
            assertTrue(no.getMessage().contains("blobs"), no.getMessage());
        }
    }

    @Needs(Need.MOUNT)
    @Test
    void aFullDiskIsExhaustedAndLeavesNothing(@TempDir Path disk) throws Exception {
        try (Workshop context = new Workshop()) {
            mount(disk, "size=1m");
            try (BlobStore store = open(context, disk.resolve("blobs").toString())) {
                Digest before = store.put(TENANT, new ByteArrayInputStream(new byte[1000]));
                PluginException full = assertThrows(
                        PluginException.class, () -> store.put(TENANT, new ByteArrayInputStream(new byte[4 << 20])));
                assertEquals(Kind.EXHAUSTED, full.kind(), full.getMessage());
                List<Path> files;
                try (Stream<Path> all = Files.walk(disk)) {
                    files = all.filter(Files::isRegularFile)
                            .filter(file -> !file.endsWith(".dovetail-blobs"))
                            .toList();
                }
                assertEquals(1, files.size(), files.toString());
                assertTrue(store.copy(TENANT, before, new ByteArrayOutputStream()));
                store.put(TENANT, new ByteArrayInputStream(new byte[2000]));
            } finally {
                run("umount", disk.toString());
            }
        }
    }

    @Needs(Need.MOUNT)
    @Test
    void aReadOnlyDiskIsRejectedInWords(@TempDir Path disk) throws Exception {
        try (Workshop context = new Workshop()) {
            mount(disk, "ro,size=1m");
            try {
                PluginException no = assertThrows(PluginException.class, () -> open(context, disk.toString()));
                assertEquals(Kind.REJECTED, no.kind());
                assertTrue(no.getMessage().contains("Read-only file system"), no.getMessage());
            } finally {
                run("umount", disk.toString());
            }
        }
    }

    private static void mount(Path disk, String options) throws Exception {
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0,
                "a small file system can be mounted");
    }

    private static int run(String... command) throws Exception {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return -1;
        }
        try (InputStream output = process.getInputStream()) {
            output.readAllBytes();
        }
        return process.waitFor(10, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
