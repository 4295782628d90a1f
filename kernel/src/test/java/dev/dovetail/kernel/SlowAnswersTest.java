package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that ask for much and do not read it. */
class SlowAnswersTest {
    private static final int ANSWER = 5_900_000;
    private static final int CLIENTS = 80;
    private static final int FEW = 32_768;
    /** Held in memory once or twice, all answers would be 470 to 940 MB. */
    private static final long MOST = 350L << 20;

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** One whose system takes hardly anything in advance. */
    private static Socket asking(House house) throws IOException {
        HttpRequest request =
                house.request("/api/v1/functions/large/invoke").GET().build();
        StringBuilder head = new StringBuilder("POST /api/v1/functions/large/invoke HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        request.headers().map().forEach((name, values) -> head.append(name + ": " + values.getFirst() + "\r\n"));
        Socket socket = new Socket();
        socket.setReceiveBufferSize(FEW);
        socket.connect(new InetSocketAddress("127.0.0.1", house.port()));
        socket.getOutputStream()
                .write((head + "Connection: close\r\nContent-Length: 2\r\n\r\n{}").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void largeAnswersThatNobodyReadsDoNotFillTheHeapAndAreStillWhole(@TempDir Path folder) throws Exception {
        String answer = "\"" + "x".repeat(ANSWER) + "\"";
        List<Socket> clients = new ArrayList<>();
        try (House house = House.at(folder).open()) {
            house.commands.flow("large", guest -> answer);
            house.deploy("large", "flow large").is(201);
            long before = used();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(asking(house));
            }
            for (Socket client : clients) {
                assertEquals('H', client.getInputStream().read());
            }
            Eventually.holds(
                    "the heap is not full of answers",
                    Duration.ofSeconds(20),
                    () -> used() - before < MOST,
                    () -> used() - before);
            for (Socket client : clients) {
                String all = new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertTrue(all.startsWith("TTP/1.1 200 "), () -> all.substring(0, 200));
                assertTrue(all.endsWith("\r\n\r\n" + answer), () -> "another answer came: " + all.length());
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }
}
