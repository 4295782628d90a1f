package dev.dovetail.testkit.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.spi.plugin.BlobStoreProvider;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.testkit.Contract;
import dev.dovetail.testkit.Opened;
import dev.dovetail.testkit.Rule;
import dev.dovetail.testkit.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The rules for blob stores ({@code docs/spi/blob.md}), as tests. Implement it, say which provider, and run. */
@ExtendWith(Opened.class)
public interface BlobStoreContract extends Contract<BlobStoreProvider> {
    Name TENANT = Name.of("default");

    /** Changes a bit of the stored blob, as a bad disk would. */
    void damage(Context context, Name tenant, Digest digest) throws IOException;

    @Test
    @Rule("blob/1")
    default void whatWasPutComesBackByteForByte(BlobStore store) throws IOException {
        for (int size : List.of(0, 1, 8191, 8192, 8193, 3 << 20)) {
            byte[] bytes = bytes(size);
            Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes));
            assertArrayEquals(bytes, copied(store, TENANT, digest));
        }
    }

    @Test
    @Rule("blob/2")
    default void aBlobIsNamedByItsSha256AndStoredOnce(BlobStore store) throws IOException {
        byte[] bytes = bytes(1000);
        assertEquals(Digest.of(bytes), store.put(TENANT, new ByteArrayInputStream(bytes)));
        assertEquals(Digest.of(bytes), store.put(TENANT, new ByteArrayInputStream(bytes)));
        assertEquals(List.of(Digest.of(bytes)), scanned(store, TENANT));
    }

    @Test
    @Rule("blob/3")
    default void whatIsNotThereIsNotCopiedAndWritesNothing(BlobStore store) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        assertFalse(store.copy(TENANT, Digest.of(bytes(9)), target));
        assertEquals(0, target.size());
        assertFalse(store.delete(TENANT, Digest.of(bytes(9)), Instant.MAX));
        assertEquals(List.of(), scanned(store, Name.of("nobody")));
    }

    @Test
    @Rule("blob/4")
    default void tenantsAreApart(BlobStore store) throws IOException {
        Name other = Name.of("other");
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        assertFalse(store.copy(other, digest, OutputStream.nullOutputStream()));
        assertEquals(List.of(), scanned(store, other));
        store.put(other, new ByteArrayInputStream(bytes(10)));
        assertTrue(store.delete(TENANT, digest, Instant.MAX));
        assertArrayEquals(bytes(10), copied(store, other, digest));
    }

    @Test
    @Rule("blob/5")
    default void aDeletedBlobIsGone(BlobStore store) throws IOException {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        Digest kept = store.put(TENANT, new ByteArrayInputStream(bytes(11)));
        assertTrue(store.delete(TENANT, digest, Instant.MAX));
        assertFalse(store.delete(TENANT, digest, Instant.MAX));
        assertFalse(store.copy(TENANT, digest, OutputStream.nullOutputStream()));
        assertEquals(List.of(kept), scanned(store, TENANT));
        store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        assertArrayEquals(bytes(10), copied(store, TENANT, digest));
    }

    @Test
    @Rule("blob/6")
    default void aBlobThatWasPutAgainIsNotDeleted(BlobStore store, Context context) throws Exception {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        assertFalse(store.delete(TENANT, digest, Instant.EPOCH));
        Instant unused = context.clock().instant();
        store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        assertFalse(store.delete(TENANT, digest, unused));
        assertArrayEquals(bytes(10), copied(store, TENANT, digest));
        assertTrue(store.delete(TENANT, digest, context.clock().instant().plusSeconds(5)));
    }

    @Test
    @Rule("blob/7")
    default void aScanShowsEveryBlobWhileOthersArePut(BlobStore store) throws Exception {
        Set<Digest> before = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            before.add(store.put(TENANT, new ByteArrayInputStream(bytes(i))));
        }
        Crowd.of(2, member -> {
            for (int i = 0; i < 30; i++) {
                if (member == 0) {
                    store.put(TENANT, new ByteArrayInputStream(bytes(1000 + i)));
                } else if (i % 10 == 0) {
                    List<Digest> seen = scanned(store, TENANT);
                    assertTrue(seen.containsAll(before), () -> "missing of " + before + ": " + seen);
                    assertEquals(seen.size(), new HashSet<>(seen).size());
                }
            }
            return true;
        });
        assertEquals(130, scanned(store, TENANT).size());
    }

    @Test
    @Rule("blob/8")
    default void aDamagedBlobIsRefusedByName(BlobStore store, Context context) throws IOException {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(100_000)));
        damage(context, TENANT, digest);
        IOException damaged =
                assertThrows(IOException.class, () -> store.copy(TENANT, digest, OutputStream.nullOutputStream()));
        assertTrue(damaged.getMessage().contains(digest.hex()), damaged.getMessage());
        store.put(TENANT, new ByteArrayInputStream(bytes(100_000)));
        assertArrayEquals(bytes(100_000), copied(store, TENANT, digest));
    }

    @Test
    @Rule("blob/9")
    default void aSourceThatFailsLeavesNothing(BlobStore store) throws IOException {
        IOException broken = new IOException("the source broke");
        InputStream source = new InputStream() {
            private int left = 50_000;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw broken;
                }
                left--;
                return 'x';
            }
        };
        assertSame(broken, assertThrows(IOException.class, () -> store.put(TENANT, source)));
        assertEquals(List.of(), scanned(store, TENANT));
    }

    @Test
    @Rule("blob/10")
    default void aTargetThatFailsIsToldToTheCaller(BlobStore store) throws IOException {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(100_000)));
        IOException full = new IOException("the target is full");
        OutputStream target = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw full;
            }
        };
        assertSame(full, assertThrows(IOException.class, () -> store.copy(TENANT, digest, target)));
        assertArrayEquals(bytes(100_000), copied(store, TENANT, digest));
    }

    @Test
    @Rule("blob/11")
    default void streamsAreNotClosed(BlobStore store) throws IOException {
        List<String> closed = new ArrayList<>();
        InputStream source = new ByteArrayInputStream(bytes(100)) {
            @Override
            public void close() {
                closed.add("source");
            }
        };
        Digest digest = store.put(TENANT, source);
        store.copy(TENANT, digest, new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.add("target");
            }
        });
        assertEquals(List.of(), closed);
    }

    @Test
    @Rule("blob/12")
    default void manyWhoPutTheSameAtOnceAllSucceed(BlobStore store) throws Exception {
        byte[] bytes = bytes(200_000);
        List<Digest> digests = Crowd.of(16, member -> store.put(TENANT, new ByteArrayInputStream(bytes)));
        assertEquals(Set.of(Digest.of(bytes)), new HashSet<>(digests));
        assertArrayEquals(bytes, copied(store, TENANT, digests.getFirst()));
        assertEquals(1, scanned(store, TENANT).size());
    }

    @Test
    @Rule("blob/13")
    default void whatWasPutIsThereAfterReopening(BlobStore store, Context context) throws Exception {
        Digest kept = store.put(TENANT, new ByteArrayInputStream(bytes(1000)));
        Digest deleted = store.put(TENANT, new ByteArrayInputStream(bytes(1001)));
        store.delete(TENANT, deleted, Instant.MAX);
        store.close();
        try (BlobStore again = provider().open(Settings.of(provider().schema(), config()), context)) {
            assertArrayEquals(bytes(1000), copied(again, TENANT, kept));
            assertEquals(List.of(kept), scanned(again, TENANT));
        }
    }

    @Test
    @Rule("blob/14")
    default void useAfterCloseIsRefusedAndClosingTwiceDoesNothing(BlobStore store) throws IOException {
        Digest digest = store.put(TENANT, new ByteArrayInputStream(bytes(10)));
        store.close();
        store.close();
        StateContract.refused(Kind.UNAVAILABLE, "closed", () -> store.put(TENANT, InputStream.nullInputStream()));
        StateContract.refused(
                Kind.UNAVAILABLE, "closed", () -> store.copy(TENANT, digest, OutputStream.nullOutputStream()));
        StateContract.refused(Kind.UNAVAILABLE, "closed", () -> store.delete(TENANT, digest, Instant.MAX));
        assertThrows(PluginException.class, () -> store.scan(TENANT, each -> {}));
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static byte[] copied(BlobStore store, Name tenant, Digest digest) throws IOException {
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        assertTrue(store.copy(tenant, digest, target), () -> "there is no blob " + digest);
        return target.toByteArray();
    }

    private static List<Digest> scanned(BlobStore store, Name tenant) throws IOException {
        List<Digest> seen = new ArrayList<>();
        store.scan(tenant, seen::add);
        return seen;
    }
}
