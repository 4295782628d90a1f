package dev.dovetail.worker;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A runtime of a language as it was found on this machine.
 *
 * @param runtime what functions ask for, such as {@code python3.11}
 * @param program where it is, with all links followed
 * @param home the directory that it needs besides what every cell sees of the system, if it is elsewhere
 */
public record Interpreter(String runtime, Path program, Optional<Path> home) {
    /** A program in {@code bin} of its home, unless the system's own directories have it. */
    public static Interpreter at(String runtime, Path program) {
        Path bin = program.getParent();
        boolean systems = program.startsWith("/usr") || program.startsWith("/bin") || program.startsWith("/lib");
        Path home = bin != null && bin.endsWith("bin") ? bin.getParent() : bin;
        return new Interpreter(runtime, program, systems ? Optional.empty() : Optional.ofNullable(home));
    }
}
