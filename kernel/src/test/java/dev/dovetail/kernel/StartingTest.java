package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that cannot start says why in a storey's own words, and leaves nothing behind. */
final class StartingTest {
    @TempDir
    Path folder;

    @Test
    void anAddressThatIsTakenIsSaidSo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            var failure = assertThrows(
                    IllegalStateException.class,
                    () -> House.at(folder).with("http.port", port).open());
            assertTrue(failure.getMessage().startsWith("Cannot listen on 127.0.0.1 port " + port), failure::getMessage);
        }
        try (House after = House.at(folder).open()) {
            after.get("/api/v1/functions").is(200);
        }
    }

    @Test
    void whatAStoreyCannotUseIsToldWithoutTheInjectorsWords() {
        var failure = assertThrows(
                IllegalArgumentException.class,
                () -> House.at(folder).with("http.host", "no.such.host.invalid").open());
        assertEquals("http.host \"no.such.host.invalid\" is no address of this machine", failure.getMessage());
    }
}
