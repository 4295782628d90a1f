package dev.dovetail.worker.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.testkit.FirstRunCounts;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Frames come in pieces of any size, and not everything that comes is a frame. */
@FirstRunCounts
final class DecoderTest {
    private static Decoder decoder(int most) {
        return new Decoder(most, new FrameRoom(1L << 30), () -> {});
    }

    @Test
    void framesAreTheSameInWhateverPiecesTheyCome() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            List<byte[]> payloads = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                byte[] payload = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(40_000)];
                random.nextBytes(payload);
                payloads.add(payload);
                stream.write(Frame.encode(Kind.RESULT, new byte[random.nextInt(20)], Bytes.of(payload)));
            }
            byte[] all = stream.toByteArray();
            List<Frame> frames = new ArrayList<>();
            Decoder decoder = decoder(1 << 20);
            for (int at = 0; at < all.length; ) {
                int piece = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 50_000));
                ByteBuffer bytes = ByteBuffer.wrap(all, at, piece);
                while (bytes.hasRemaining()) {
                    decoder.feed(bytes).ifPresent(frames::add);
                }
                at += piece;
            }
            assertEquals(payloads.size(), frames.size(), "seed " + seed);
            for (int i = 0; i < payloads.size(); i++) {
                assertArrayEquals(payloads.get(i), frames.get(i).payload().toArray(), "seed " + seed);
            }
        }
    }

    private static String refused(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return assertThrows(Decoder.BadFrame.class, () -> decoder(1000).feed(ByteBuffer.wrap(bytes)))
                .getMessage();
    }

    @Test
    void whatIsNoFrameIsRefusedInWords() {
        assertEquals("a frame of 4 bytes; expected at least 5", refused(0, 0, 0, 4, 5, 0, 0, 0, 0));
        assertEquals("a frame of 1001 bytes; at most 1000 are allowed", refused(0, 0, 3, 0xE9, 5, 0, 0, 0, 0));
        assertTrue(refused(0xFF, 0xFF, 0xFF, 0xFF, 5, 0, 0, 0, 0).startsWith("a frame of 4294967295 bytes"));
        assertEquals("a frame of kind 4, which no worker sends", refused(0, 0, 0, 5, 4, 0, 0, 0, 0));
        assertEquals("a frame of kind -1, which no worker sends", refused(0, 0, 0, 5, 0xFF, 0, 0, 0, 0));
        assertEquals("a header of 6 bytes in a frame of 10", refused(0, 0, 0, 10, 5, 0, 0, 0, 6));
    }
}
