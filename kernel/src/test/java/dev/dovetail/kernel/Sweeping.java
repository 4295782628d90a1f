package dev.dovetail.kernel;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node that sweeps, on stores whose time the tests set. */
abstract class Sweeping {
    static final Duration HOUR = Duration.ofHours(1);
    static final Duration LONG = SweptNode.GRACE.plus(HOUR);

    @TempDir
    Path folder;

    Instant now = Instant.parse("2030-01-01T00:00:00Z");
    final InMemoryStateStore state = new InMemoryStateStore();
    final InMemoryBlobStore blobs = new InMemoryBlobStore(() -> now);
    SweptNode node;

    @BeforeEach
    void start() throws Exception {
        node = node("one", state, true);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    final SweptNode node(String name, StateStore store, boolean sweeps) throws Exception {
        return new SweptNode(folder.resolve(name), store, blobs, () -> now, sweeps);
    }

    final boolean has(Digest digest) throws IOException {
        return SweptNode.has(blobs, digest);
    }

    final Digest left() throws IOException {
        return blobs.put(
                SweptNode.TENANT, new ByteArrayInputStream("of a deploy that died".getBytes(StandardCharsets.UTF_8)));
    }

    final void pass(Duration time) {
        now = now.plus(time);
    }
}
