package dev.dovetail.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts a server, shows on a real function what it does, says what to try next, and serves on. */
@Command(
        name = "quickstart",
        description = {"Starts a server and shows with a real function what it does. Then it serves on.", ""},
        footer = {"", "Examples:", "  dovetail quickstart", "  dovetail quickstart --exit     shows it and ends"})
final class Quickstart implements Callable<Integer> {
    private static final int USUAL_PORT = 8080;

    private final Screen screen;
    private final Server.Starter starter;

    @Mixin
    private Target.DataFolder data = new Target.DataFolder();

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where to listen (default: 8080, or a free one when it is taken).")
    private Optional<Integer> port;

    @Option(names = "--exit", description = "Ends when everything was shown.")
    private boolean exit;

    Quickstart(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.starter = starter;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("http.port", Integer.toString(port.orElseGet(this::free)));
        Server.Wish wish = new Server.Wish(Start.home(), data.path(), Optional.empty(), false, flags);
        try (Start.Running running = Start.Running.start(starter, wish)) {
            Api api = new Api(running.server().address(), data.token());
            if (shown(running, api) && !exit) {
                screen.line("");
                screen.line("ready " + running.server().address() + "   (Ctrl-C stops it; its data stays in "
                        + data.path() + ")");
                running.await();
            }
        }
        return 0;
    }

    /** Whether all was shown: somebody who stops the server meanwhile need not be told that it does not answer. */
    private boolean shown(Start.Running running, Api api) throws InterruptedException {
        try {
            new Tour(screen, api, Start.home().resolve("examples").resolve("push-digest"), options()).show();
            return true;
        } catch (Refused | Api.Unreachable | Main.Unusable failed) {
            if (running.stops()) {
                return false;
            }
            throw failed;
        }
    }

    private String options() {
        Path usual = Path.of("dovetail-data").toAbsolutePath().normalize();
        return data.path().equals(usual) ? "" : " --data " + data.path();
    }

    /** The usual port, or 0 for a free one if somebody has it. */
    private int free() {
        try (ServerSocket _ = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return USUAL_PORT;
        } catch (IOException _) {
            screen.aside("Port " + USUAL_PORT + " is taken; a free one will do.");
            return 0;
        }
    }
}
