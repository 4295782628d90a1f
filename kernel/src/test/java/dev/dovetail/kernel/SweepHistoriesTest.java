package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.catalog.Entry;
import dev.dovetail.kernel.catalog.Stored;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.Digest;
import dev.dovetail.testkit.store.InMemoryBlobStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever two nodes deploy, delete and deploy again, and however long it takes one of them while the other sweeps: the code of what is
 * there, and of what something is open on, is there; and when all is deleted and time has passed, nothing is.
 */
class SweepHistoriesTest {
    private static final int STEPS = 1200;
    private static final int CODES = 7;
    private static final List<String> NAMES = List.of("one", "two", "three");

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final InMemoryBlobStore blobs = new InMemoryBlobStore(() -> now);
    private final SlowStore store = new SlowStore(state, "/fv/", () -> {});
    private final List<String> told = new ArrayList<>();
    private SweptNode sweeping;
    private SweptNode slow;
    private Random random;
    private long gone;

    @BeforeEach
    void start() throws Exception {
        sweeping = new SweptNode(folder.resolve("sweeping"), state, blobs, () -> now, true);
        slow = new SweptNode(folder.resolve("slow"), store, blobs, () -> now, false);
    }

    @AfterEach
    void stop() {
        slow.close();
        sweeping.close();
    }

    @Test
    void whatIsReferredToIsThere() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        random = new Random(seed);
        for (int i = 0; i < STEPS; i++) {
            if (random.nextInt(3) == 0) {
                meanwhile(random.nextInt(1, 6));
            }
            step(random.nextBoolean() ? slow : sweeping);
            sweeping.catalog.follow();
            slow.catalog.follow();
            checkAll(seed);
        }
        assertTrue(gone > 10, () -> "seed " + seed + ": only " + gone + " went");
        sweeping.open.clear();
        for (String each : NAMES) {
            if (!versions(each).isEmpty()) {
                sweeping.delete(each);
            }
        }
        for (int i = 0; i < 200; i++) {
            now = now.plus(Duration.ofDays(1));
            sweep();
        }
        List<Digest> left = new ArrayList<>();
        blobs.scan(SweptNode.TENANT, left::add);
        assertEquals(List.of(), left, "seed " + seed);
    }

    private void meanwhile(int steps) {
        store.next(() -> {
            for (int i = 0; i < steps; i++) {
                if (random.nextBoolean()) {
                    pass();
                    sweep();
                } else {
                    step(sweeping);
                }
            }
        });
    }

    private void pass() {
        now = now.plus(Duration.ofHours(random.nextInt(24 * 12)));
    }

    private void sweep() throws InterruptedException {
        told.add("sweep");
        gone += sweeping.sweep();
    }

    private List<Deployed> versions(String name) {
        return sweeping.catalog.list(SweptNode.TENANT, _ -> true, "", 100).entries().stream()
                .filter(each -> each.function().name().text().equals(name))
                .map(Entry::versions)
                .findFirst()
                .orElse(List.of());
    }

    private void step(SweptNode node) throws Exception {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        String code = "return " + random.nextInt(CODES);
        int what = random.nextInt(12);
        List<Deployed> there = versions(name);
        told.add(what + " " + name + " " + code);
        try {
            switch (what) {
                case 0, 1, 2 -> node.deploy(name, code);
                case 3 -> node.configure(name, "" + random.nextInt(100));
                case 4, 5 ->
                    node.deleteVersion(
                            name,
                            there.isEmpty() ? 1 : there.getFirst().version().number());
                case 6 -> node.delete(name);
                case 7 ->
                    there.stream()
                            .findFirst()
                            .ifPresent(each -> sweeping.open.add(new Stored.Pin(
                                    SweptNode.TENANT,
                                    each.function().name(),
                                    each.version().number())));
                case 8 -> sweeping.open.clear();
                case 9 -> died(code);
                default -> {
                    pass();
                    sweep();
                }
            }
        } catch (Refusal refused) {
            told.add("refused: " + refused.detail());
        }
    }

    /** Puts code as a deploy does that dies then. */
    private void died(String code) throws IOException {
        byte[] archive = sweeping.catalog.archive("main.cmd", code.getBytes(StandardCharsets.UTF_8));
        blobs.put(SweptNode.TENANT, new ByteArrayInputStream(archive));
    }

    private void checkAll(long seed) throws Exception {
        for (String each : NAMES) {
            for (Deployed version : versions(each)) {
                check(version, seed);
            }
        }
        for (Stored.Pin pin : sweeping.open) {
            check(
                    sweeping.catalog
                            .pinned(pin.tenant(), pin.function(), pin.number())
                            .orElseThrow(() -> new AssertionError("seed " + seed + ": no " + pin + " " + told)),
                    seed);
        }
    }

    private void check(Deployed version, long seed) throws IOException {
        assertTrue(
                SweptNode.has(blobs, version.version().code()),
                () -> "seed " + seed + ": the code of " + version.id() + " is gone after " + told);
    }
}
