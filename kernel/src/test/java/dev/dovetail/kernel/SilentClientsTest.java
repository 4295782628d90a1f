package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A connection on which no request comes is closed, however little of one has come. */
@Timeout(120)
final class SilentClientsTest {
    private static final int READ_MILLIS = 30_000;

    @TempDir
    Path folder;

    private House house;

    @BeforeEach
    void open() throws Exception {
        house = House.at(folder).with("http.idle-timeout", "PT2S").open();
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Socket client(String sent) throws IOException {
        Socket socket = new Socket("127.0.0.1", house.port());
        socket.setSoTimeout(READ_MILLIS);
        socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** What comes until it is closed; a reset is an end, too. */
    private static String untilTheEnd(Socket socket) throws IOException {
        StringBuilder all = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                all.append((char) next);
            }
        } catch (java.net.SocketException reset) {
            return all.toString();
        }
        return all.toString();
    }

    @Test
    void ofWhomNothingOrHalfAHeadComesIsLetGo() throws Exception {
        for (String sent : new String[] {"", "GET /he", "GET /health HTTP/1.1\r\nHo"}) {
            try (Socket socket = client(sent)) {
                assertEquals("", untilTheEnd(socket), sent);
            }
        }
    }

    @Test
    void ofWhomAHeadComesLineByLineIsLetGoToo() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        try (Socket socket = client("GET /health HTTP/1.1\r\nHost: localhost\r\n")) {
            Thread dripping = Thread.ofVirtual().start(() -> {
                try {
                    while (!ended.get()) {
                        socket.getOutputStream().write("X-More: 1\r\n".getBytes(StandardCharsets.ISO_8859_1));
                        Thread.sleep(200);
                    }
                } catch (IOException | InterruptedException e) {
                    // the server closed it
                }
            });
            assertEquals("", untilTheEnd(socket));
            ended.set(true);
            dripping.join();
        }
    }

    @Test
    void afterAnAnswerTheNextRequestIsWaitedForAndThenNotAnyMore() throws Exception {
        try (Socket socket = client("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")) {
            assertTrue(untilTheEnd(socket).startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void aCallThatTakesLongerIsNotCutOff() {
        house.deploy("slow", "sleep 4000");
        house.invoke("slow", "{}").is(200);
    }
}
