package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever opens more connections than the process may have files does not end the service. */
@Timeout(180)
@Needs({Need.PROC, Need.SHELL})
final class ConnectionsTest {
    private static final int FILES = 300;
    private static final int CONNECTIONS = 400;
    private static final String LOST = "is lost; it is opened anew";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** As many as are allowed when nobody says how many: some of the process's files are left. */
    @Test
    void aCrowdOfSilentOnesTakesNoMoreThanThereIsRoomFor() throws Exception {
        try (Running server = limited("")) {
            long before = open(server);
            try (Crowd crowd = new Crowd(server)) {
                Eventually.holds("the crowd is let in", PATIENCE, () -> open(server) >= before + FILES / 4);
                assertFalse(crowd.sockets.isEmpty());
            }
            servesAgain(server);
            assertFalse(server.log().contains(LOST), server.log());
        }
    }

    /** So many that files run out: the web server's socket is lost, and opened anew. */
    @Test
    void whereACrowdMayTakeAllThereIsItServesAgainAfterwards() throws Exception {
        try (Running server = limited("100000")) {
            try (Crowd crowd = new Crowd(server)) {
                Eventually.holds(
                        "no file is left",
                        PATIENCE,
                        () -> isRefused(server) || server.log().contains(LOST));
                assertFalse(crowd.sockets.isEmpty());
            }
            Eventually.holds(
                    "the socket is opened anew", PATIENCE, () -> server.log().contains(LOST));
            servesAgain(server);
        }
    }

    private Running limited(String most) throws Exception {
        Path data = folder.resolve("data");
        ProcessBuilder usual = House.process(data, "start", "--port", "0", "--data", data.toString());
        List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + FILES + "; exec \"$0\" \"$@\""));
        words.addAll(usual.command());
        usual.command(words);
        if (!most.isEmpty()) {
            usual.environment().put("DOVETAIL_HTTP_MAX_CONNECTIONS", most);
        }
        return Running.of(usual, data);
    }

    private static long open(Running server) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
            return all.count();
        }
    }

    private static boolean isRefused(Running server) {
        try (Socket one = new Socket("127.0.0.1", server.address().getPort())) {
            return !one.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static void servesAgain(Running server) throws Exception {
        Eventually.holds("it serves again", PATIENCE, () -> served(server));
        assertEquals(200, server.get("/api/v1/functions").status());
    }

    private static boolean served(Running server) throws InterruptedException {
        try {
            return server.get("/health/live").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Connections that say nothing. */
    private static final class Crowd implements AutoCloseable {
        private final List<Socket> sockets = new ArrayList<>();

        Crowd(Running server) {
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    sockets.add(new Socket("127.0.0.1", server.address().getPort()));
                }
            } catch (IOException e) {
                // it had no room for more
            }
        }

        @Override
        public void close() throws IOException {
            for (Socket each : sockets) {
                each.close();
            }
        }
    }
}
