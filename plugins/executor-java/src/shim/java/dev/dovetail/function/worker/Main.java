package dev.dovetail.function.worker;

import java.nio.file.Path;
import java.nio.file.Paths;

/** What the process runs: a worker, a check of a function's file, or a rehearsal for the next processes. */
public final class Main {
    private Main() {}

    /** Without arguments a worker; {@code check FILE FUNCTION}; {@code rehearse}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            Worker.main();
        } else if (arguments[0].equals("check")) {
            Path file = Paths.get(arguments[1]);
            Check.run(file, arguments[2]);
        } else {
            Rehearsal.run();
        }
    }
}
