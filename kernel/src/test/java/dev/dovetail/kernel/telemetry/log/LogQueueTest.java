package dev.dovetail.kernel.telemetry.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("OB-08")
@Timeout(30)
final class LogQueueTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A stream that nobody reads until it is let go. */
    private static final class Stuck extends OutputStream {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            reached.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            out.write(bytes, from, length);
        }
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] notice(long lost) {
        return line("lost " + lost);
    }

    @Test
    void linesAreWrittenInTheirOrder() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogQueue queue = new LogQueue(out, 10_000, 1 << 20, LogQueueTest::notice);
        IntStream.range(0, 5_000).forEach(i -> queue.offer(line("line " + i)));
        assertTrue(queue.flush(PATIENCE));
        List<String> expected =
                IntStream.range(0, 5_000).mapToObj(i -> "line " + i).toList();
        assertEquals(expected, out.toString(StandardCharsets.UTF_8).lines().toList());
        assertEquals(0, queue.dropped());
    }

    @Test
    void aStreamThatDoesNotKeepUpStallsNobodyAndWhatWasDroppedIsTold() throws Exception {
        Stuck stuck = new Stuck();
        LogQueue queue = new LogQueue(stuck, 10, 1 << 20, LogQueueTest::notice);
        queue.offer(line("first"));
        stuck.reached.await();
        IntStream.range(0, 100).forEach(i -> queue.offer(line("line " + i)));
        assertEquals(90, queue.dropped());
        assertFalse(queue.flush(Duration.ofMillis(1)));
        stuck.go.countDown();
        assertTrue(queue.flush(PATIENCE));
        List<String> told = stuck.out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(12, told.size());
        assertEquals("first", told.getFirst());
        assertEquals("line 9", told.get(10));
        assertEquals("lost 90", told.get(11));
    }

    @Test
    void whatWaitsIsBoundedInBytesToo() throws Exception {
        Stuck stuck = new Stuck();
        LogQueue queue = new LogQueue(stuck, 1_000, 100, LogQueueTest::notice);
        queue.offer(line("first"));
        stuck.reached.await();
        queue.offer(line("x".repeat(60)));
        queue.offer(line("y".repeat(60)));
        assertEquals(1, queue.dropped());
        stuck.go.countDown();
        assertTrue(queue.flush(PATIENCE));
        queue.offer(line("z".repeat(60)));
        assertTrue(queue.flush(PATIENCE));
        assertEquals(1, queue.dropped());
    }

    @Test
    void aStreamThatIsGoneEndsNothing() {
        LogQueue queue = new LogQueue(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                10,
                1 << 20,
                LogQueueTest::notice);
        queue.offer(line("one"));
        assertTrue(queue.flush(PATIENCE));
        queue.offer(line("two"));
        assertTrue(queue.flush(PATIENCE));
    }
}
