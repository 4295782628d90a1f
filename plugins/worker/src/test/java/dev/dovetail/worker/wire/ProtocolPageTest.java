package dev.dovetail.worker.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.Fields;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on the protocol says what the code does: its bytes are read and written here. */
final class ProtocolPageTest {
    private static final Path PAGE = Path.of("../../docs/worker-protocol.md");

    private static byte[] example(String name) throws Exception {
        Matcher block = Pattern.compile("<!-- frame " + name + " -->\n```\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        assertTrue(block.find(), "no example of " + name);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String line : block.group(1).lines().toList()) {
            Matcher octets = Pattern.compile("\\G([0-9a-f]{2})(?: |$)").matcher(line);
            while (octets.find()) {
                bytes.write(Integer.parseInt(octets.group(1), 16));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void theExampleOfACallIsWhatTheKernelSends() throws Exception {
        byte[] header = "{\"call\":\"7\",\"execution\":\"e1\",\"deadline\":1763696000000,\"identity\":{\"id\":\"ada\"}}"
                .getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(example("invoke"), Frame.encode(Kind.INVOKE, header, Bytes.utf8("{\"a\":1}")));
    }

    @Test
    void theExampleOfAnAnswerIsUnderstood() throws Exception {
        Frame frame = new Decoder(1000, new FrameRoom(1 << 20), () -> {})
                .feed(ByteBuffer.wrap(example("result")))
                .orElseThrow();
        assertEquals(Kind.RESULT, frame.kind());
        assertEquals("2", frame.payload().text());
        Fields header = Fields.read(frame.header());
        assertEquals("7", header.text("call"));
        assertEquals(42, header.number("cpuMicros"));
    }

    @Test
    void everyKindIsInTheTableWithItsNumberAndSender() throws Exception {
        String page = Files.readString(PAGE);
        for (Kind kind : Kind.values()) {
            String sender = Kind.fromWorker(kind.code()).isPresent() ? "worker" : "kernel";
            String row = "| " + kind.code() + " | " + kind.name().toLowerCase(Locale.ROOT) + " | " + sender + " |";
            assertTrue(page.contains(row), "the page lacks " + row);
        }
    }
}
