package dev.dovetail.executor.wasm;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import run.endive.compiler.internal.Compiler;
import run.endive.wasm.types.ExternalType;

/** The functions of a module in a stack of Java's. */
final class Frames {
    private static final Pattern COMPILED = Pattern.compile("func_(\\d+)");
    private static final int MOST = 50;

    private Frames() {}

    /** The JDK makes itself ready to walk stacks while there is stack enough for it. */
    static void prepare() {
        StackWalker.getInstance().walk(Stream::count);
    }

    /** A function by number and name. */
    record Frame(int function, String name) {}

    /** Which function a frame belongs to, if it is a guest's. */
    static Optional<Integer> function(StackTraceElement frame) {
        if (!frame.getClassName().startsWith(Compiler.DEFAULT_CLASS_NAME)) {
            return Optional.empty();
        }
        Matcher matcher = COMPILED.matcher(frame.getMethodName());
        return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
    }

    /** Innermost first, and not more than people read. */
    static List<Frame> of(Throwable thrown, Guest guest) {
        int imports = guest.program().wasm().importSection().count(ExternalType.FUNCTION);
        return Stream.of(thrown.getStackTrace())
                .flatMap(frame -> function(frame).stream())
                .filter(function -> function >= imports)
                .limit(MOST)
                .map(function -> new Frame(function, guest.program().name(function)))
                .toList();
    }
}
