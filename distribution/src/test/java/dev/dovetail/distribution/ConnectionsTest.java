package dev.dovetail.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.testkit.Eventually;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever opens more connections than the process may have files does not end the service. */
@Timeout(180)
final class ConnectionsTest {
    private static final int FILES = 300;
    private static final int CONNECTIONS = 400;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    /** @param most how many connections are allowed: by what is usual, and so many that files run out */
    @ParameterizedTest
    @ValueSource(strings = {"", "100000"})
    void afterACrowdOfSilentOnesItServesAgain(String most) throws Exception {
        Path data = folder.resolve("data");
        ProcessBuilder usual = House.process(data, "start", "--port", "0", "--data", data.toString());
        List<String> words = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + FILES + "; exec \"$0\" \"$@\""));
        words.addAll(usual.command());
        usual.command(words);
        if (!most.isEmpty()) {
            usual.environment().put("DOVETAIL_HTTP_MAX_CONNECTIONS", most);
        }
        try (Running server = Running.of(usual, data)) {
            List<Socket> crowd = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    crowd.add(new Socket("127.0.0.1", server.address().getPort()));
                }
            } catch (IOException e) {
                // it had no room for more
            }
            Thread.sleep(1_000); // so that the server takes what it can: nothing tells from outside that it has
            for (Socket each : crowd) {
                each.close();
            }
            Eventually.holds("it serves", PATIENCE, () -> served(server));
            assertEquals(200, server.get("/api/v1/functions").status());
        }
    }

    private static boolean served(Running server) throws InterruptedException {
        try {
            return server.get("/health/live").status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
