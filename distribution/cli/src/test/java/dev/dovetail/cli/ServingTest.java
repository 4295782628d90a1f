package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

final class ServingTest {
    private static final Path EXAMPLES =
            Path.of("..", "examples").toAbsolutePath().normalize();

    @TempDir
    private Path data;

    @Test
    @ResourceLock("dovetail.home")
    void theQuickstartShowsEverythingAndEnds() throws IOException {
        System.setProperty("dovetail.home", EXAMPLES.getParent().toString());
        try (PaperServer server = new PaperServer()) {
            Server.Starter starter = _ -> server;
            Ran ran = Ran.run(starter, "quickstart", "--exit", "--data", data.toString(), "--port", "0");
            assertEquals("", ran.err());
            assertEquals(0, ran.status());
            assertTrue(ran.out().contains("Dovetail serves at " + server.address()), ran.out());
            assertTrue(ran.out().contains("- /forced: expected a boolean, but was \"maybe\""), ran.out());
            assertTrue(ran.out().contains("9 by v1, 3 by v2"), ran.out());
            assertTrue(ran.out().contains("status      succeeded"), ran.out());
            assertTrue(ran.out().contains("dovetail plugins --data " + data), ran.out());
            assertFalse(Files.exists(data.resolve("address")));
        } finally {
            System.clearProperty("dovetail.home");
        }
    }

    @Test
    @ResourceLock("dovetail.home")
    void theQuickstartTakesAnotherPortWhenTheUsualOneIsTaken() throws IOException {
        System.setProperty("dovetail.home", EXAMPLES.getParent().toString());
        AtomicReference<String> port = new AtomicReference<>("");
        // if somebody else has it already, all the better
        try (ServerSocket _ = taken();
                PaperServer server = new PaperServer()) {
            Server.Starter starter = wish -> {
                port.set(wish.flags().get("http.port"));
                return server;
            };
            Ran ran = Ran.run(starter, "quickstart", "--exit", "--data", data.toString());
            assertEquals(0, ran.status());
            assertEquals("0", port.get());
            assertTrue(ran.err().contains("Port 8080 is taken"), ran.err());
        } finally {
            System.clearProperty("dovetail.home");
        }
    }

    private static ServerSocket taken() throws IOException {
        try {
            return new ServerSocket(8080, 1, InetAddress.getLoopbackAddress());
        } catch (java.net.BindException _) {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }
    }

    @Test
    void aServerThatCannotStartIsTwoAndSaysWhy() throws IOException {
        Ran ran = Ran.run(
                _ -> {
                    throw new Server.CannotStart("The port 80 is not for you");
                },
                "start",
                "--data",
                data.toString());
        assertEquals(new Ran(2, "", "error: The port 80 is not for you\n"), ran);
        Path file = Files.writeString(data.resolve("file"), "");
        Ran blocked = Ran.run(_ -> new PaperServer(), "start", "--data", file.toString());
        assertEquals(2, blocked.status());
        assertTrue(blocked.err().contains("cannot be made"), blocked.err());
    }

    @Test
    void startPassesOnWhatItWasAskedFor() {
        AtomicReference<Server.Wish> wished = new AtomicReference<>();
        Server.Starter starter = wish -> {
            wished.set(wish);
            throw new Server.CannotStart("enough");
        };
        String[] arguments = {
            "start",
            "--port",
            "0",
            "--host",
            "::1",
            "--token",
            "a-long-enough-token",
            "--dev",
            "--data",
            data.toString(),
            "--config",
            "my.json"
        };
        Ran.run(starter, arguments);
        Server.Wish wish = wished.get();
        assertEquals(data, wish.data());
        assertEquals(java.util.Optional.of(Path.of("my.json")), wish.config());
        assertTrue(wish.dev());
        assertEquals(
                java.util.Map.of("http.port", "0", "http.host", "::1", "http.token", "a-long-enough-token"),
                wish.flags());
    }
}
