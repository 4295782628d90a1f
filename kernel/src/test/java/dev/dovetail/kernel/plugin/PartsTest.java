package dev.dovetail.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small parts, each alone. */
final class PartsTest {
    private static final ClassLoader HERE = PartsTest.class.getClassLoader();

    @TempDir
    Path folder;

    private static PluginFailure failure(Exception thrown) {
        return assertThrows(
                PluginFailure.class,
                () -> Boundary.cross(
                        HERE,
                        any -> {
                            throw thrown;
                        },
                        "service"));
    }

    @Test
    void whatCrossesTheBoundaryIsWordsAndAKind() {
        PluginFailure failure = failure(new PluginException(
                PluginException.Kind.EXHAUSTED,
                "no room at\nhttp://me:pw@host",
                new IllegalStateException("token=abc")));
        assertEquals(PluginException.Kind.EXHAUSTED, failure.kind());
        assertEquals("no room at http://***@host < java.lang.IllegalStateException: token=***", failure.getMessage());
        assertEquals(0, failure.getStackTrace().length);
        assertEquals(null, failure.getCause());
        assertEquals(
                PluginException.Kind.UNAVAILABLE,
                failure(new IOException("disk")).kind());
        assertEquals(
                PluginException.Kind.BROKEN,
                failure(new IllegalStateException()).kind());
        assertTrue(failure(new IllegalStateException("x".repeat(100_000)))
                        .getMessage()
                        .length()
                < 2_100);
    }

    @Test
    void causesThatGoRoundAreToldOnceOrTwice() {
        class Round extends RuntimeException {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Throwable getCause() {
                return this;
            }
        }
        assertTrue(failure(new Round()).getMessage().length() < 2_100);
    }

    @Test
    void anInterruptionIsPassedOnAsAFreshOneAndTheLoaderIsPutBack() {
        InterruptedException own = new InterruptedException("with the plugin's frames");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        ClassLoader plugins = new ClassLoader(HERE) {};
        InterruptedException passed = assertThrows(
                InterruptedException.class,
                () -> Boundary.cross(
                        plugins,
                        any -> {
                            assertSame(plugins, Thread.currentThread().getContextClassLoader());
                            throw own;
                        },
                        "service"));
        assertNotSame(own, passed);
        assertSame(before, Thread.currentThread().getContextClassLoader());
    }

    @Test
    void aShutGateLetsNobodyInButThoseInsideAndEmptiesWithTheLast() throws Exception {
        Gate gate = new Gate();
        assertTrue(gate.enter());
        gate.shut();
        assertFalse(gate.enter());
        gate.enterAgain();
        assertEquals(2, gate.inside());
        assertFalse(gate.awaitEmpty(Duration.ofMillis(1)));
        CompletableFuture<Boolean> empty = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                empty.complete(gate.awaitEmpty(Duration.ofSeconds(20)));
            } catch (InterruptedException e) {
                empty.completeExceptionally(e);
            }
        });
        gate.leave();
        assertFalse(empty.isDone());
        gate.leave();
        assertTrue(empty.get());
        gate.open();
        assertTrue(gate.enter());
    }

    @Test
    void closingALeaseTwiceLeavesOnce() throws Exception {
        Slot<AutoCloseable> slot = new Slot<>(Kind.SECRETS, Name.of("s"), new Arms.None<>("nothing", true));
        Service<AutoCloseable> service = new Service<>(() -> {}, HERE, "s", 7, Set.of());
        slot.publish(new Arms.One<>(service));
        Lease<AutoCloseable> lease = slot.lease();
        Lease<AutoCloseable> other = slot.lease();
        assertEquals(2, service.gate().inside());
        for (int i = 0; i < 3; i++) {
            close(lease);
        }
        assertEquals(1, service.gate().inside());
        assertThrows(IllegalStateException.class, () -> lease.use(object -> object));
        assertTrue(other.has(AutoCloseable.class));
        assertFalse(other.has(Runnable.class));
        assertThrows(IllegalStateException.class, () -> other.useAs(Runnable.class, object -> object));
        close(other);
        assertEquals(0, service.gate().inside());
    }

    private static void close(Lease<?> lease) {
        lease.close();
    }

    @Test
    void whatComesTooLateGoesAnotherWay() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<String> late = new CompletableFuture<>();
        PluginFailure failure = assertThrows(
                PluginFailure.class,
                () -> Patience.within(
                        Duration.ofMillis(20),
                        "The call",
                        () -> {
                            while (true) {
                                try {
                                    goOn.await();
                                    return "at last";
                                } catch (InterruptedException e) {
                                    continue; // heeds nothing
                                }
                            }
                        },
                        late::complete));
        assertEquals("The call took longer than 20 ms and does not heed being interrupted", failure.getMessage());
        goOn.countDown();
        assertEquals("at last", late.get());
    }

    @Test
    void turnsAreTakenInTheOrderOfAskingAndOneAtATime() throws Exception {
        Turns turns = new Turns("test");
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            all.add(turns.begin(() -> {
                assertEquals(1, inside.incrementAndGet());
                order.add(number);
                inside.decrementAndGet();
                return number;
            }));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(i, all.get(i).get());
            assertEquals(i, order.get(i));
        }
        assertFalse(turns.busy());
    }

    @Test
    void whatIsDecidedIsReadAsItWasWritten() throws Exception {
        Path file = folder.resolve("plugins.properties");
        Wish wish = new Wish(
                Optional.of("1.0.0"),
                Optional.of("0.9.0"),
                Optional.of("1.0.0"),
                1,
                Map.of("0.8.0", "a \\ reason: with = signs # and ümläuts"));
        new FileDesired(file).put(Name.of("a-plugin"), wish);
        new FileDesired(file).put(Name.of("b"), Wish.NONE);
        FileDesired read = new FileDesired(file);
        assertEquals(Optional.of(wish), read.find(Name.of("a-plugin")));
        assertEquals(Optional.of(Wish.NONE), read.find(Name.of("b")));
        assertEquals(Optional.empty(), read.find(Name.of("c")));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList(), "nothing is left beside it");
        }
    }

    @Test
    void whatCannotBeWrittenIsNotBelieved() throws Exception {
        Path file = folder.resolve("gone/plugins.properties");
        FileDesired desired = new FileDesired(file);
        assertThrows(java.io.UncheckedIOException.class, () -> desired.put(Name.of("a"), Wish.NONE.trying("1.0.0")));
        assertEquals(Optional.empty(), desired.find(Name.of("a")));
    }

    @Test
    void whatNoPluginProvidesIsToldApartFromWhatOneWouldThatWasRefused() {
        SlotSetting unknown = Site.setting("vault", "cobol", "", "{}");
        SlotSetting refused = Site.setting("sample", "sample", "", "{}");
        Slots slots = new Slots(List.of(unknown, refused));
        assertEquals(List.of(unknown, refused), slots.unprovided());
        slots.slot(refused).publish(new Arms.None<>("secrets-sample 1.0.0: its open failed", true));
        assertEquals(List.of(unknown), slots.unprovided());
    }
}
