package dev.dovetail.executor.wasm;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import run.endive.compiler.internal.Compiler;

/** The functions of a module in a stack of Java's. */
final class Frames {
    private static final String COMPILED = "func_";
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int MOST = 50;

    private Frames() {}

    /** The JDK makes itself ready to walk stacks while there is stack enough for it. */
    static void prepare() {
        WALKER.walk(Stream::count);
    }

    /** A function by number and name. */
    record Frame(int function, String name) {}

    /** Which function a frame belongs to, if it is a guest's. */
    private static OptionalInt function(String type, String method) {
        if (!type.startsWith(Compiler.DEFAULT_CLASS_NAME) || !method.startsWith(COMPILED)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseUnsignedInt(method, COMPILED.length(), method.length(), 10));
        } catch (NumberFormatException e) {
            return OptionalInt.empty(); // one of the compiler's own
        }
    }

    /** The innermost function of the guest that runs on this thread; an import that only calls the host is none. */
    static OptionalInt innermost(Program program) {
        return WALKER.walk(frames -> frames.map(frame -> function(frame.getClassName(), frame.getMethodName()))
                .filter(function -> function.orElse(-1) >= program.imported())
                .findFirst()
                .orElse(OptionalInt.empty()));
    }

    /** Innermost first, and not more than people read. */
    static List<Frame> of(Throwable thrown, Guest guest) {
        return Stream.of(thrown.getStackTrace())
                .flatMapToInt(frame -> function(frame.getClassName(), frame.getMethodName()).stream())
                .filter(function -> function >= guest.program().imported())
                .limit(MOST)
                .mapToObj(function -> new Frame(function, guest.program().name(function)))
                .toList();
    }
}
