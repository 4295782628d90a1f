package dev.dovetail.function.worker;

import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;

/** What the process runs: a worker, a check of a function's file, or a rehearsal for the next processes. */
public final class Main {
    private Main() {}

    /** Without arguments a worker; {@code check ROOT FILE FUNCTION LAYER...}; {@code rehearse}. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            Worker.main();
        } else if (arguments[0].equals("check")) {
            List<Path> layers = new ArrayList<>();
            for (int i = 4; i < arguments.length; i++) {
                layers.add(Paths.get(arguments[i]));
            }
            Check.run(Paths.get(arguments[1]), Paths.get(arguments[2]), arguments[3], layers);
        } else {
            Rehearsal.run();
        }
    }
}
