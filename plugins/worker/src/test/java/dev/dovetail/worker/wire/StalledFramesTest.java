package dev.dovetail.worker.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.spi.Bytes;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Workshop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large frames whose rest does not come, or whose call is over before there is room for them. */
final class StalledFramesTest {
    private static final int MB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMillis(50);

    @TempDir
    private Path folder;

    private Workshop workshop;
    private Switchboard board;
    private final List<Sender> senders = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        workshop = new Workshop();
        board = Switchboard.open(workshop, new FrameRoom(2L * MB, PATIENCE)); // a frame is counted twice
    }

    @AfterEach
    void close() throws Exception {
        for (Sender each : senders) {
            each.channel.close();
        }
        board.close();
        workshop.close();
    }

    /** A worker's end of a link, and what is heard at the other. */
    private final class Sender implements Link.Ear {
        private final AtomicReference<Link> link = new AtomicReference<>();
        private final Queue<Frame> heard = new ConcurrentLinkedQueue<>();
        private final SocketChannel channel;

        Sender(String name) throws IOException, InterruptedException {
            Path path = folder.resolve(name);
            board.listen(path, 8 * MB, made -> {
                link.set(made);
                return this;
            });
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(path));
            Eventually.holds("it is connected", () -> link.get() != null);
            senders.add(this);
        }

        /** Sends this part of a frame, while others do the same. */
        void sends(ByteBuffer frame, int from, int to) {
            ByteBuffer part = frame.slice(from, to - from);
            Thread.ofVirtual().start(() -> {
                try {
                    while (part.hasRemaining()) {
                        channel.write(part);
                    }
                } catch (IOException e) {
                    // it was closed meanwhile
                }
            });
        }

        void sends(ByteBuffer frame) {
            sends(frame, 0, frame.limit());
        }

        boolean stalls() {
            return link.get().stalls();
        }

        void hears(int frames) throws InterruptedException {
            Eventually.holds("it hears " + frames, () -> heard.size() == frames);
        }

        @Override
        public void heard(Frame frame) {
            heard.add(frame);
        }

        @Override
        public void lost(String why) {}
    }

    private static ByteBuffer frame(int size) {
        return ByteBuffer.wrap(Frame.encode(Kind.RESULT, new byte[] {1, 2}, Bytes.given(new byte[size])));
    }

    @Test
    void aWorkerThatKeepsBackTheRestOfALargeFrameIsSeenAndGivesItsRoomToWhoeverWaits() throws Exception {
        Sender keepsBack = new Sender("1");
        Sender waits = new Sender("2");
        keepsBack.sends(frame(MB), 0, MB / 2);
        Eventually.holds("it stalls", keepsBack::stalls);
        waits.sends(frame(MB));
        Thread.sleep(PATIENCE.multipliedBy(3)); // it is there only by what does not happen
        assertFalse(waits.stalls(), "who waits for room is not to blame");
        assertEquals(0, waits.heard.size());
        keepsBack.link.get().close(); // as whoever looks after workers does
        waits.hears(1);
        assertFalse(waits.stalls());
        assertEquals(0, keepsBack.heard.size());
    }

    @Test
    void aFrameWhoseRestComesLateIsWholeIfNobodyHasEndedIt() throws Exception {
        Sender late = new Sender("1");
        ByteBuffer frame = frame(MB);
        late.sends(frame, 0, MB / 2);
        Eventually.holds("it stalls", late::stalls);
        late.sends(frame, MB / 2, frame.limit());
        late.hears(1);
        assertFalse(late.stalls());
        assertEquals(MB, late.heard.element().payload().size());
    }

    @Test
    void aSmallFrameTakesNoRoomThatOthersCouldWaitFor() throws Exception {
        Sender small = new Sender("1");
        small.sends(frame(1000), 0, 500);
        Thread.sleep(PATIENCE.multipliedBy(3)); // it is there only by what does not happen
        assertFalse(small.stalls());
    }

    /** Its worker is ended then, and its link closed: the others in line move up. */
    @Test
    void aCallThatRunsOutOfTimeWhileItsAnswerWaitsForRoomLeavesTheLine() throws Exception {
        Sender first = new Sender("1");
        Sender outOfTime = new Sender("2");
        Sender next = new Sender("3");
        first.sends(frame(MB));
        first.hears(1);
        ByteBuffer late = frame(MB);
        outOfTime.sends(late, 0, late.limit());
        Thread.sleep(PATIENCE); // until it stands in line
        next.sends(frame(MB));
        outOfTime.link.get().close();
        assertEquals(0, next.heard.size());
        first.heard.element().done().run();
        next.hears(1);
        next.heard.element().done().run();
        assertEquals(0, outOfTime.heard.size());
        Sender again = new Sender("4");
        again.sends(frame(MB));
        again.hears(1);
    }
}
