package dev.dovetail.kernel.durable.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is packed is what is unpacked. */
class PackedTest {
    @Test
    void whatRepeatsItselfIsCompressed() {
        Bytes text = Bytes.utf8("[\"" + "step ".repeat(1000) + "\"]");
        Bytes packed = Packed.pack(text);
        assertTrue(packed.size() < 200, packed::toString);
        assertEquals(text, Packed.unpack(packed));
    }

    @Test
    void whatIsSmallOrHasNothingToSaveStaysAsItIs() {
        for (String each : new String[] {"", "[]", "[" + "1,".repeat(400) + "1]"}) {
            assertEquals(each.length(), Packed.pack(Bytes.utf8(each)).size());
        }
        byte[] random = new byte[20_000];
        new Random(1).nextBytes(random);
        Bytes noise = Bytes.given(random);
        assertSame(noise, Packed.pack(noise));
    }

    @Test
    void anyTextComesBack() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] some = new byte[random.nextInt(6000)];
            random.nextBytes(some);
            Bytes text = Bytes.utf8('[' + HexFormat.of().formatHex(some) + ']');
            assertEquals(text, Packed.unpack(Packed.pack(text)));
        }
    }

    @Test
    void whatWasDamagedIsNoJournal() {
        Bytes packed = Packed.pack(Bytes.utf8("[" + "1,2,3,4,".repeat(2000) + "5]"));
        byte[] half = Arrays.copyOf(packed.toArray(), packed.size() / 2);
        assertThrows(UncheckedIOException.class, () -> Packed.unpack(Bytes.given(half)));
    }
}
