package dev.dovetail.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What came of a command. */
record Ran(int status, String out, String err) {
    /** Runs a command as from a script. */
    static Ran run(Server.Starter starter, String... arguments) {
        return run(starter, false, arguments);
    }

    static Ran run(Server.Starter starter, boolean terminal, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Screen screen = new Screen(new PrintWriter(out), new PrintWriter(err), terminal, terminal);
        int status;
        try {
            status = new Main(screen, starter).run(arguments);
        } catch (Exception e) {
            throw new AssertionError("The command failed in no foreseen way", e);
        }
        return new Ran(status, out.toString(), err.toString());
    }

    static Ran against(Server server, String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 4);
        all[arguments.length] = "--server";
        all[arguments.length + 1] = server.address().toString();
        all[arguments.length + 2] = "--token";
        all[arguments.length + 3] = "a-token";
        return run(
                wish -> {
                    throw new Server.CannotStart("This command starts nothing: " + wish);
                },
                all);
    }
}
