package dev.dovetail.worker.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large frames of many workers at once. */
final class FrameRoomTest {
    private static final int MB = 1 << 20;
    private static final int SMALL = FrameRoom.SMALL;

    @TempDir
    private Path folder;

    private final AtomicInteger told = new AtomicInteger();

    private FrameRoom.Place place(FrameRoom room, int bytes) {
        return room.place(bytes, told::incrementAndGet);
    }

    @Test
    void whoFindsNoRoomWaitsInTurnAndIsTold() {
        FrameRoom room = new FrameRoom(4L * MB); // each is counted twice
        FrameRoom.Place first = place(room, MB);
        FrameRoom.Place large = place(room, 2 * MB);
        FrameRoom.Place late = place(room, MB / 2);
        assertTrue(first.held());
        assertFalse(large.held());
        assertFalse(late.held(), "it went by another that waits");
        first.close();
        first.close();
        assertTrue(large.held());
        assertFalse(late.held());
        assertEquals(1, told.get());
        large.close();
        assertTrue(late.held());
        assertEquals(2, told.get());
    }

    @Test
    void aSmallOneNeverWaits() {
        FrameRoom room = new FrameRoom(MB);
        FrameRoom.Place all = place(room, MB);
        assertTrue(place(room, SMALL).held());
        assertFalse(place(room, SMALL + 1).held());
        all.close();
        assertEquals(1, told.get());
    }

    @Test
    void oneThatIsLargerThanAllHasItToItself() {
        FrameRoom room = new FrameRoom(MB);
        FrameRoom.Place all = place(room, 100 * MB);
        assertTrue(all.held());
        FrameRoom.Place next = place(room, 100 * MB);
        assertFalse(next.held());
        all.close();
        assertTrue(next.held());
    }

    @Test
    void whoIsGoneKeepsNobodyWaiting() {
        FrameRoom room = new FrameRoom(MB);
        FrameRoom.Place all = place(room, MB);
        FrameRoom.Place gone = place(room, MB);
        FrameRoom.Place next = place(room, MB);
        gone.close();
        all.close();
        assertFalse(gone.held());
        assertTrue(next.held());
    }

    /** What a link has heard, and what gives the room of it back. */
    private static final class Heard implements Link.Ear {
        private final Queue<Frame> frames = new ConcurrentLinkedQueue<>();

        @Override
        public void heard(Frame frame) {
            frames.add(frame);
        }

        @Override
        public void lost(String why) {}

        void await(int count) throws InterruptedException {
            Eventually.holds("" + count + " frames", Eventually.PATIENCE, () -> frames.size() == count, () -> frames);
        }
    }

    private SocketChannel connected(Switchboard board, String name, Link.Ear heard) throws IOException {
        Path path = folder.resolve(name);
        board.listen(path, 8 * MB, _ -> heard);
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(path));
        return channel;
    }

    private static void awaited(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Thread sending(SocketChannel channel, int... sizes) {
        return Thread.ofVirtual().start(() -> {
            try {
                for (int size : sizes) {
                    ByteBuffer frame =
                            ByteBuffer.wrap(Frame.encode(Kind.RESULT, new byte[] {1, 2}, Bytes.given(new byte[size])));
                    while (frame.hasRemaining()) {
                        channel.write(frame);
                    }
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    @Test
    void aLinkWhoseFrameFindsNoRoomIsReadOnWhenThereIsSome() throws Exception {
        try (Workshop workshop = new Workshop();
                Switchboard board = Switchboard.open(workshop, new FrameRoom(3L * MB))) {
            Heard one = new Heard();
            Heard two = new Heard();
            Heard other = new Heard();
            try (SocketChannel first = connected(board, "1", one);
                    SocketChannel second = connected(board, "2", two);
                    SocketChannel third = connected(board, "3", other)) {
                sending(first, MB);
                one.await(1);
                Thread waits = sending(second, MB, 10, MB);
                sending(third, SMALL - 100, 10);
                other.await(2);
                assertTrue(waits.isAlive(), "all that has to wait was read");
                assertEquals(0, two.frames.size());
                one.frames.element().done().run();
                two.await(2);
                two.frames.element().done().run();
                two.await(3);
                assertEquals(
                        List.of(MB, 10, MB),
                        two.frames.stream().map(each -> each.payload().size()).toList());
            }
        }
    }

    /** Room is given back on other threads, at any moment of the one that reads. */
    @Test
    void nothingIsLostOfFramesThatWaitWhileOthersAreDoneWith() throws Exception {
        int links = 8;
        int each = 400;
        try (Workshop workshop = new Workshop();
                Switchboard board = Switchboard.open(workshop, new FrameRoom(4L * SMALL))) {
            List<SocketChannel> channels = new ArrayList<>();
            AtomicInteger whole = new AtomicInteger();
            List<String> lost = new CopyOnWriteArrayList<>();
            try (ExecutorService done = Executors.newFixedThreadPool(2)) {
                for (int i = 0; i < links; i++) {
                    channels.add(connected(board, "many" + i, new Link.Ear() {
                        @Override
                        public void heard(Frame frame) {
                            whole.addAndGet(frame.payload().size() == SMALL + 1 ? 1 : 0);
                            done.execute(frame.done());
                        }

                        @Override
                        public void lost(String why) {
                            lost.add(why);
                        }
                    }));
                }
                int[] sizes = IntStream.range(0, each).map(_ -> SMALL + 1).toArray();
                channels.forEach(channel -> sending(channel, sizes));
                Eventually.holds(
                        "all frames",
                        Eventually.PATIENCE,
                        () -> whole.get() == links * each || !lost.isEmpty(),
                        () -> whole.get() + " " + lost);
                assertEquals(List.of(), lost);
            } finally {
                for (SocketChannel channel : channels) {
                    channel.close();
                }
            }
        }
    }

    @Test
    void whoFailsOnAFrameThatHadToWaitMakesNoOtherDeaf() throws Exception {
        try (Workshop workshop = new Workshop();
                Switchboard board = Switchboard.open(workshop, new FrameRoom(4L * SMALL))) {
            Heard one = new Heard();
            Heard other = new Heard();
            CountDownLatch sent = new CountDownLatch(1);
            Link.Ear fails = new Link.Ear() {
                @Override
                public void heard(Frame frame) {
                    one.heard(frame);
                    if (one.frames.size() == 1) {
                        awaited(sent);
                    } else if (one.frames.size() == 3) {
                        throw new IllegalStateException("a bug");
                    }
                }

                @Override
                public void lost(String why) {}
            };
            try (SocketChannel first = connected(board, "1", fails);
                    SocketChannel third = connected(board, "3", other)) {
                sending(first, 10).join();
                one.await(1);
                sending(first, SMALL + 1, SMALL + 1).join();
                sent.countDown(); // so that the last is read with the end of the one before, and waits for its room
                one.await(2);
                one.frames.stream().skip(1).findFirst().orElseThrow().done().run();
                one.await(3);
                sending(third, 10);
                other.await(1);
            }
        }
    }

    @Test
    void theRoomOfAFrameThatNeverCameToItsEndIsGivenBack() throws Exception {
        try (Workshop workshop = new Workshop();
                Switchboard board = Switchboard.open(workshop, new FrameRoom(2L * MB))) {
            Heard one = new Heard();
            Heard two = new Heard();
            try (SocketChannel second = connected(board, "2", two)) {
                try (SocketChannel first = connected(board, "1", one)) {
                    first.write(ByteBuffer.wrap(
                            Frame.encode(Kind.RESULT, new byte[0], Bytes.given(new byte[MB])), 0, MB / 2));
                    sending(first, 10);
                }
                sending(second, MB);
                two.await(1);
            }
        }
    }
}
