package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void aDataFolderIsForOneServer() throws IOException {
        try (DataLock _ = DataLock.of(data)) {
            Ran ran = Ran.run(
                    wish -> {
                        throw new AssertionError("It started with " + wish);
                    },
                    "start",
                    "--data",
                    data.toString());
            assertEquals(2, ran.status());
            assertTrue(
                    ran.err()
                            .contains("The data folder " + data + " is in use by the server in process "
                                    + ProcessHandle.current().pid() + ": stop that one"),
                    ran.err());
        }
        Ran ran = Ran.run(
                _ -> {
                    throw new Server.CannotStart("It came so far");
                },
                "start",
                "--data",
                data.toString());
        assertTrue(ran.err().contains("It came so far"), ran.err());
        DataLock.of(data).close(); // what did not start let go of it
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void startPassesOnWhatItWasAskedForWhoeverReadsIt(boolean plain) {
        AtomicReference<Server.Wish> wished = new AtomicReference<>();
        Server.Starter starter = wish -> {
            wished.set(wish);
            throw new Server.CannotStart("enough");
        };
        String[] arguments = {
            "start",
            "--port",
            "0",
            "--host=::1",
            "--token",
            "a-long-enough-token",
            "--dev",
            "--data",
            data.toString(),
            "--config",
            "my.json"
        };
        Screen silent =
                new Screen(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false, false);
        assertTrue(Start.plain(silent, starter, List.of(arguments)).isPresent());
        if (plain) {
            assertEquals(2, Ran.run(starter, arguments).status());
        } else {
            assertEquals(2, new Commands(silent, starter).run((_, _, _) -> 2, arguments));
        }
        Server.Wish wish = wished.get();
        assertEquals(data, wish.data());
        assertEquals(Optional.of(Path.of("my.json")), wish.config());
        assertTrue(wish.dev());
        assertEquals(Map.of("http.port", "0", "http.host", "::1", "http.token", "a-long-enough-token"), wish.flags());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--port", "--port=", "--port=eighty", "--host --dev", "--wrong x", "x"})
    void anUnusualStartIsLeftToWhoeverKnowsAllOptions(String arguments) {
        Ran ran = Ran.run(
                wish -> {
                    throw new Server.CannotStart("It started with " + wish);
                },
                ("start " + arguments).split(" "));
        assertFalse(ran.err().contains("It started"), ran.err());
        assertEquals(arguments.equals("--help") ? 0 : 2, ran.status());
    }
}
