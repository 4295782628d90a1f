package dev.dovetail.worker.sandbox;

import dev.dovetail.worker.sandbox.Cell.End;
import java.util.Map;
import java.util.Optional;

/** Puts into words how a process ended. */
final class Ends {
    private static final int SIGNALLED = 128;
    private static final int LAST_SIGNAL = 64;
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    private Ends() {}

    static End of(int status, boolean memory, long memoryBytes, Optional<String> reason) {
        if (memory) {
            return new End(status, true, "was killed: it needed more than its " + memoryBytes + " bytes of memory");
        }
        if (reason.isPresent()) {
            return new End(status, false, "was killed: " + reason.get());
        }
        int signal = status - SIGNALLED;
        if (signal > 0 && signal <= LAST_SIGNAL) {
            String name = SIGNALS.get(signal);
            return new End(status, false, "was killed by signal " + signal + (name == null ? "" : " (" + name + ")"));
        }
        return new End(status, false, "ended with status " + status);
    }
}
