package dev.dovetail.cli;

import java.util.List;
import java.util.Optional;

/** The dovetail command. It ends with 0, with 1 when the server refused, with 2 for wrong use or when nothing can start. */
public final class Main {
    static final int REFUSED = 1;
    static final int UNUSABLE = 2;

    private final Screen screen;
    private final Server.Starter starter;

    Main(Screen screen, Server.Starter starter) {
        this.screen = screen;
        this.starter = starter;
    }

    public static void main(String[] arguments) throws Exception {
        Carriers.prepare(Runtime.getRuntime().availableProcessors());
        Screen screen = Screen.real(System.getenv());
        int status = new Main(screen, KernelServer::start).run(arguments);
        System.exit(status);
    }

    int run(String... arguments) throws Exception {
        Optional<Start> start = Start.plain(screen, starter, List.of(arguments));
        if (start.isEmpty()) {
            return new Commands(screen, starter).run((problem, _, _) -> complain(problem), arguments);
        }
        try {
            return start.get().call();
        } catch (Server.CannotStart e) {
            return complain(e);
        }
    }

    private int complain(Exception problem) throws Exception {
        switch (problem) {
            case Refused refused -> {
                List<String> lines = refused.lines();
                screen.complain(lines.getFirst());
                lines.stream().skip(1).forEach(screen::aside);
                return REFUSED;
            }
            case Api.Unreachable unreachable -> {
                screen.complain(unreachable.getMessage());
                return REFUSED;
            }
            case Server.CannotStart cannot -> {
                screen.complain(cannot.getMessage());
                return UNUSABLE;
            }
            case Unusable unusable -> {
                screen.complain(unusable.getMessage());
                return UNUSABLE;
            }
            default -> throw problem;
        }
    }

    /** What was given on the command line cannot be used: a file that is not there, JSON that is none. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }
}
