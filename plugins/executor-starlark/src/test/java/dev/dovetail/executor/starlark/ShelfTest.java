package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.dovetail.executor.starlark.bytecode.AtOnce;
import dev.dovetail.executor.starlark.eval.Backend;
import dev.dovetail.executor.starlark.eval.Code;
import dev.dovetail.executor.starlark.value.Room;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.testkit.Eventually;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Instances of one version share its code and what was made of it; nobody else does, and nothing outlives them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ShelfTest {
    @TempDir
    Path folder;

    /** Emits at once, and remembers what. */
    private static final class Remembering implements Backend {
        private final AtOnce backend = new AtOnce();
        private final List<String> emitted = new ArrayList<>();

        @Override
        public long enough() {
            return backend.enough();
        }

        @Override
        public void warm(Code code) {
            emitted.add(code.name());
            backend.warm(code);
        }
    }

    private static void call(Instance instance) {
        assertEquals("1", Scripts.answer(instance.invoke(Samples.invocation("{}"), new FakeHost())));
    }

    @Test
    void whatOneInstanceHasWarmedIsWarmForTheOthers() throws Exception {
        Remembering backend = new Remembering();
        Launch launch = Scripts.launch(folder, "def main(ctx, input):\n    return 1\n");
        try (Executor executor =
                        new StarlarkExecutor(backend, Thread.ofVirtual().factory(), new Room(2L << 30));
                Instance one = executor.start(launch);
                Instance other = executor.start(launch)) {
            call(one);
            call(other);
            assertEquals(List.of("<toplevel>", "main"), backend.emitted);
            // new code under the same name is another version
            Scripts.launch(folder, "def main(ctx, input):\n    return 2 - 1\n");
            try (Instance next = executor.start(launch)) {
                call(next);
                call(one);
            }
            assertEquals(List.of("<toplevel>", "main", "<toplevel>", "main"), backend.emitted);
        }
    }

    @Test
    void aScriptGoesWithTheLastThatHasIt() throws Exception {
        Shelf shelf = new Shelf();
        Shelf.Key key = new Shelf.Key("main.star", "main", "text");
        Script kept = shelf.find(key, ShelfTest::script);
        assertSame(kept, shelf.find(key, ShelfTest::script));
        assertNotSame(kept, shelf.find(new Shelf.Key("main.star", "main", "other"), ShelfTest::script));
        WeakReference<Script> other =
                new WeakReference<>(shelf.find(new Shelf.Key("main.star", "main", "third"), ShelfTest::script));
        Eventually.holds("the shelf has let a script go that nobody has", () -> {
            System.gc();
            return other.refersTo(null);
        });
        assertSame(kept, shelf.find(key, ShelfTest::script));
    }

    private static Script script() {
        return new Script(Optional.empty(), "main", List.of());
    }
}
