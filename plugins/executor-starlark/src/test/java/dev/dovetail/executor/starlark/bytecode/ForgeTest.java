package dev.dovetail.executor.starlark.bytecode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Program;
import dev.dovetail.executor.starlark.eval.StarFunction;
import dev.dovetail.executor.starlark.lib.Universe;
import dev.dovetail.executor.starlark.syntax.Source;
import dev.dovetail.executor.starlark.value.Callable;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.Workshop;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Functions become bytecode when they are warm, off the caller's thread, and go when their program goes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForgeTest {
    /** Less than a test may take, so that it can say what it waits for. */
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private static final String LOOP = """
            def main(n):
                total = 0
                for i in range(n):
                    total += i
                return total
            """;

    private static StarFunction function(String text, Backend backend) {
        Program program = Program.compile(new Source("test.star", text), Universe.ALL, backend)
                .program()
                .orElseThrow();
        return (StarFunction)
                program.load(new Run(1_000, 1 << 20, "")).find("main").orElseThrow();
    }

    private static Object call(StarFunction function, long argument) {
        return function.call(new Run(10_000_000, 1 << 28, ""), new Object[] {argument}, Callable.NO_ARGUMENTS);
    }

    private static boolean emitted(StarFunction function) {
        return function.code.warmth().made().isPresent();
    }

    @Test
    void aFunctionIsEmittedOnceItHasWalkedEnoughAndNotBefore() throws Exception {
        try (Workshop workshop = new Workshop();
                Forge forge = new Forge(workshop, 1_000)) {
            StarFunction function = function(LOOP, forge);
            // a call, three statements, range(), and two steps for each round
            for (int i = 0; i < 10; i++) {
                assertEquals(1225L, call(function, 50));
                assertFalse(emitted(function), "after " + (i + 1) * 105 + " steps");
            }
            call(function, 50);
            Eventually.holds("there is bytecode", WITHIN, () -> emitted(function));
            assertEquals(1225L, call(function, 50));
        }
    }

    @Test
    void closingEndsTheThreadAndWhatIsWalkedThenGoesOnWalking() throws Exception {
        try (Workshop workshop = new Workshop()) {
            Forge forge = new Forge(workshop, 0);
            StarFunction first = function(LOOP, forge);
            call(first, 1);
            Eventually.holds("there is bytecode", WITHIN, () -> emitted(first));
            forge.close();
            forge.close();
            StarFunction second = function(LOOP, forge);
            for (int i = 0; i < 10; i++) {
                assertEquals(6L, call(second, 4));
            }
            assertFalse(emitted(second));
        }
        // the workshop fails if the thread still runs
    }

    private static WeakReference<Class<?>> emittedAndForgotten(Backend backend) {
        StarFunction function = function(LOOP, backend);
        call(function, 10);
        return new WeakReference<>(function.code.warmth().made().orElseThrow().getClass());
    }

    @Test
    void theClassGoesWithTheProgram() throws Exception {
        WeakReference<Class<?>> emitted = emittedAndForgotten(new AtOnce());
        Eventually.holds("the class is gone", WITHIN, () -> {
            System.gc();
            return emitted.refersTo(null);
        });
    }

    @Test
    void aFunctionThatTheJitWouldLeaveAloneIsWalked() {
        String longBody = "    x = x + n * 2 - 1\n".repeat(2_000);
        StarFunction tooLong = function("def main(n):\n    x = 0\n" + longBody + "    return x\n", new AtOnce());
        assertEquals(2_000L, call(tooLong, 1));
        assertFalse(emitted(tooLong), "is too long for the JIT");

        StringBuilder variables = new StringBuilder("def main(n):\n");
        for (int i = 0; i < 300; i++) {
            variables.append("    x").append(i).append(" = n\n");
        }
        StarFunction wide = function(variables + "    return x299\n", new AtOnce());
        assertEquals(7L, call(wide, 7));
        assertFalse(emitted(wide), "has more variables than a frame should have");

        StarFunction huge = function("def main(n):\n    return [" + "n, ".repeat(40_000) + "][39999]\n", new AtOnce());
        assertEquals(7L, call(huge, 7));
        assertFalse(emitted(huge), "is longer than a method can be");
    }

    @Test
    void callsNestAsDeepWithManyVariablesAsTheWalkerAllows() throws Exception {
        // the least height, the most variables, as deep as the room for calls reaches
        StringBuilder code = new StringBuilder("def f0(x):\n    return x\n");
        int deep = 220;
        String variables = IntStream.range(0, 200).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
        for (int i = 1; i < deep; i++) {
            code.append("def f")
                    .append(i)
                    .append("(x):\n    ")
                    .append(variables)
                    .append("=[x]*200\n");
            code.append("    return f").append(i - 1).append("(v199)\n");
        }
        // where the walker reaches its limit, and not where a stack ends
        int fits = 0;
        for (int last = 60; last < deep; last += 10) {
            String text = code + "def main(n):\n    return f" + last + "(n)\n";
            String walked = told(text, Backend.WALKER);
            assertEquals(walked, told(text, new AtOnce()), "at depth " + last);
            if (walked.equals("5")) {
                fits = last;
            } else {
                assertTrue(walked.contains("nested too deep"), walked);
                break;
            }
        }
        assertTrue(fits >= 60 && fits < deep - 10, "fits " + fits);
    }

    private static String told(String text, Backend backend) throws Exception {
        String[] told = {""};
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                told[0] = String.valueOf(call(function(text, backend), 5));
            } catch (RuntimeException | Error e) {
                told[0] = e.toString();
            }
        });
        assertTrue(caller.join(Duration.ofSeconds(40)), "still runs");
        return told[0];
    }
}
