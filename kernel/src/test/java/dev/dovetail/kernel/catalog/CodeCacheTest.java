package dev.dovetail.kernel.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code is fetched, checked and unpacked when it is needed, and what was needed least lately goes when there is too much. */
@Tag("RT-27")
class CodeCacheTest {
    private static final Name TENANT = Name.of("default");
    private static final int SIZE = 1000;
    private static final Duration HOURS = Duration.ofHours(30);

    @TempDir
    private Path folder;

    private final InMemoryBlobStore blobs = new InMemoryBlobStore();
    private final Damaging damaging = new Damaging();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private Plugins plugins;
    private Drafts drafts;
    private CodeCache cache;

    @BeforeEach
    void start() throws Exception {
        plugins = Lent.plugins(folder, damaging);
        cache = cache();
    }

    @AfterEach
    void stop() {
        plugins.close();
    }

    /** As a process that starts has it. */
    private CodeCache cache() {
        drafts = new Drafts(folder.resolve("drafts"));
        return new CodeCache(folder.resolve("code"), drafts, plugins.blobs(), () -> now);
    }

    private static byte[] archive(int number) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("main.py"));
            zip.write(text(number).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static String text(int number) {
        return ("" + number).repeat(SIZE);
    }

    /** So many, each used a while after the one before. */
    private List<Digest> several(int many) throws Exception {
        List<Digest> all = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            all.add(cache.put(TENANT, archive(i)));
            now = now.plus(HOURS);
        }
        return all;
    }

    private List<Digest> there(List<Digest> all) {
        return all.stream()
                .filter(each -> Files.exists(
                        folder.resolve("code").resolve(TENANT.text()).resolve(each.hex())))
                .toList();
    }

    private static Stream<CodeCache.Used> used(Digest... digests) {
        return Stream.of(digests).map(each -> new CodeCache.Used(TENANT, each));
    }

    @Test
    void whatWasUsedLeastLatelyGoesFirstAndComesBackWhenItIsNeeded() throws Exception {
        List<Digest> all = several(5);
        cache.keepOnly(5 * SIZE, used());
        assertEquals(all, there(all), "there is room for all");
        cache.directory(TENANT, all.getFirst()); // used anew, and so the second is the oldest now
        now = now.plus(HOURS);
        cache = cache();
        cache.keepOnly(3 * SIZE, used());
        assertEquals(List.of(all.get(0), all.get(3), all.get(4)), there(all));

        Path back = cache.directory(TENANT, all.get(1));
        assertEquals(text(1), Files.readString(back.resolve("main.py")));
        now = now.plus(HOURS);
        cache.keepOnly(SIZE, used());
        assertEquals(List.of(all.get(1)), there(all), "what came back is what was used last");
        cache.keepOnly(0, used());
        assertEquals(List.of(), there(all));
        try (Stream<Path> left = Files.list(folder.resolve("code").resolve(TENANT.text()))) {
            assertEquals(List.of(), left.toList(), "nothing else is left there");
        }
    }

    /** Of each process that is killed while it unpacks, 250 MB at the most. */
    @Test
    void whatAKilledProcessHadNotUnpackedToItsEndGoesHoweverMuchRoomThereIs() throws Exception {
        Digest digest = cache.put(TENANT, archive(1));
        Path left = Files.createDirectories(folder.resolve("drafts/half/of"));
        Files.writeString(left.resolve("it.py"), text(2));
        Path own = drafts.make();
        Files.writeString(own.resolve("main.py"), text(3));
        cache.keepOnly(Long.MAX_VALUE, used());
        try (Stream<Path> there = Files.list(folder.resolve("drafts"))) {
            assertEquals(List.of(own), there.toList(), "its own is under way");
        }
        drafts.drop(own);
        drafts.drop(own);
        assertTrue(Files.notExists(own));
        assertEquals(List.of(digest), there(List.of(digest)));
    }

    @Test
    void whatIsInUseOrWasLatelyStaysHoweverMuchThereIs() throws Exception {
        List<Digest> all = several(4);
        cache.keepOnly(0, used(all.getFirst(), all.get(2)));
        assertEquals(List.of(all.get(0), all.get(2)), there(all));
        now = now.plus(HOURS);
        Digest fresh = cache.put(TENANT, archive(9));
        now = now.plus(Duration.ofHours(23));
        cache.keepOnly(0, used());
        assertEquals(List.of(fresh), there(List.of(all.get(0), all.get(2), fresh)));
    }

    /** Gives what it has, or when told so something else. */
    private final class Damaging implements BlobStore {
        private volatile boolean damages;

        @Override
        public Digest put(Name tenant, InputStream source) throws IOException {
            return blobs.put(tenant, source);
        }

        @Override
        public boolean copy(Name tenant, Digest digest, OutputStream target) throws IOException {
            if (damages) {
                target.write(archive(77));
                return true;
            }
            return blobs.copy(tenant, digest, target);
        }

        @Override
        public boolean delete(Name tenant, Digest digest, Instant ifNotPutSince) throws IOException {
            return blobs.delete(tenant, digest, ifNotPutSince);
        }

        @Override
        public void scan(Name tenant, Consumer<Digest> visitor) throws IOException {
            blobs.scan(tenant, visitor);
        }

        @Override
        public void close() {
            blobs.close();
        }
    }

    @Test
    void codeThatIsNotWhatItsDigestSaysIsNotUnpacked() throws Exception {
        Digest nowhere = Digest.of(archive(1));
        Refusal missing = assertThrows(Refusal.class, () -> cache.directory(TENANT, nowhere));
        assertTrue(missing.detail().contains("is not in the blob store"), missing.detail());
        Digest digest = blobs.put(TENANT, new ByteArrayInputStream(archive(2)));
        damaging.damages = true;
        Refusal damaged = assertThrows(Refusal.class, () -> cache.directory(TENANT, digest));
        assertTrue(damaged.detail().contains("is damaged in the blob store"), damaged.detail());
        assertEquals(List.of(), there(List.of(nowhere, digest)));
        damaging.damages = false;
        assertEquals(text(2), Files.readString(cache.directory(TENANT, digest).resolve("main.py")));
    }
}
