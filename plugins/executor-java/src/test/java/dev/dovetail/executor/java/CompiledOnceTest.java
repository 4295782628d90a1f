package dev.dovetail.executor.java;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Prestarts;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.Interpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A function that comes as a source is compiled once for each version; what is kept of it is nobody else's. */
@Tag("RT-27")
@Tag("SL-08")
final class CompiledOnceTest {
    private static final String NEWEST = Installed.newest().name();

    private static String answering(String text) {
        return "public class Handler {\n    interface Other {}\n    public Object handleRequest(Object o) {\n"
                + "        return \"" + text + "\";\n    }\n}\n";
    }

    private static List<Path> kept(TestBench bench) throws IOException {
        Path folder = bench.context().cache().resolve("classes");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    private static String run(TestBench bench, Launch launch) throws Exception {
        try (Instance instance = bench.executor().start(launch)) {
            return TestBench.call(instance, "{}");
        }
    }

    private static Launch of(Launch plain, String tenant, String function) {
        VersionId id = new VersionId(
                Name.of(tenant), Name.of(function), 1, plain.version().code());
        return new Launch(
                id,
                plain.runtime(),
                plain.code(),
                plain.layers(),
                plain.handler(),
                plain.environment(),
                plain.limits(),
                plain.atLeast(),
                plain.egress(),
                plain.capabilities(),
                plain.concurrency(),
                plain.logs());
    }

    /** Puts what was kept of one source where that of another is, as it would be kept: only who compiles can tell. */
    private static void exchange(TestBench bench, Launch of, Launch with) throws Exception {
        Origins origins = new Origins();
        Shelf shelf = new Shelf(bench.context());
        String compiler = compiler(bench);
        var from = origins.of(with, compiler, "Handler.java");
        shelf.keep(origins.of(of, compiler, "Handler.java"), shelf.find(from).orElseThrow());
    }

    private static String compiler(TestBench bench) throws Exception {
        try (Archives archives = Archives.open(bench.context(), false)) {
            return archives.compiler(Jdks.here().interpreters().getLast());
        }
    }

    @Test
    void workersLoadWhatTheCheckCompiled() throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch written = Benches.source(bench, NEWEST, answering("written"), 1);
            Launch other = Benches.source(bench, NEWEST, answering("other"), 1);
            assertEquals(List.of(), bench.executor().inspect(written));
            assertEquals(1, kept(bench).size());
            assertEquals(List.of(), bench.executor().inspect(other));
            assertEquals(2, kept(bench).size());
            assertEquals("\"written\"", run(bench, written));
            exchange(bench, written, other);
            assertEquals("\"other\"", run(bench, written), "the classes that are kept are run, and not the source");
            Prestarts prestarts = (Prestarts) bench.executor();
            var blank = prestarts.prestart(NEWEST, written.limits(), written.atLeast());
            try (Instance instance = prestarts.start(written, blank)) {
                assertEquals("\"other\"", TestBench.call(instance, "{}"), "in a worker that was started ahead too");
            }
            assertEquals(2, kept(bench).size());
        }
    }

    @Test
    void whereNothingIsKeptTheFirstWorkerCompilesAndTheSecondLoads() throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch launch = Benches.source(bench, NEWEST, answering("written"), 1);
            Launch other = Benches.source(bench, NEWEST, answering("other"), 1);
            assertEquals("\"written\"", run(bench, launch));
            byte[] first = Files.readAllBytes(kept(bench).getFirst());
            Files.delete(kept(bench).getFirst());
            assertEquals("\"written\"", run(bench, launch));
            assertArrayEquals(first, Files.readAllBytes(kept(bench).getFirst()));
            assertEquals("\"other\"", run(bench, other));
            exchange(bench, launch, other);
            assertEquals("\"other\"", run(bench, launch));
        }
    }

    @Test
    void whatIsNotWholeIsCompiledAgain() throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch launch = Benches.source(bench, NEWEST, answering("written"), 1);
            assertEquals(List.of(), bench.executor().inspect(launch));
            Path file = kept(bench).getFirst();
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            flipped[whole.length / 2] ^= 1;
            Shelf shelf = new Shelf(bench.context());
            Digest name = new Digest(file.getFileName().toString());
            for (byte[] torn : List.of(new byte[0], new byte[32], Arrays.copyOf(whole, whole.length / 2))) {
                Files.write(file, torn);
                assertEquals(Optional.empty(), shelf.find(name));
                assertFalse(Files.exists(file));
            }
            Files.write(file, flipped);
            assertEquals("\"written\"", run(bench, launch));
            assertArrayEquals(whole, Files.readAllBytes(file));
        }
    }

    @Test
    void theSameSourceOfAnotherTenantFunctionOrVersionOfJavaIsItsOwn() throws Exception {
        try (TestBench bench = Benches.open();
                Archives archives = Archives.open(bench.context(), false)) {
            Launch launch = Benches.source(bench, NEWEST, answering("written"), 1);
            Set<Digest> found = new HashSet<>();
            int expected = 0;
            for (Interpreter each : Jdks.here().interpreters()) {
                for (Launch one : List.of(launch, of(launch, "acme", "sample"), of(launch, "default", "second"))) {
                    String compiler = archives.compiler(each);
                    found.add(new Origins().of(one, compiler, "Handler.java"));
                    found.add(new Origins().of(one, compiler, "Handler.java")); // and it is the same each time
                    found.add(new Origins().of(one, compiler, "Other.java"));
                    expected += 2;
                }
            }
            assertEquals(expected, found.size());
        }
    }

    /** What the function's own code says that was compiled: it has the worker's link in its reach. */
    @Test
    void codeThatRunsCannotPutClassesThere() throws Exception {
        String source = """
                import java.lang.reflect.*;
                import java.util.Map;

                public class Handler {
                    private static Object field(Object of, String name) throws Exception {
                        Field field = of.getClass().getDeclaredField(name);
                        field.setAccessible(true);
                        return field.get(of);
                    }

                    public Object handleRequest(Object o, dev.dovetail.function.Context context) throws Exception {
                        Object link = field(field(context, "call"), "link");
                        Method send = link.getClass().getDeclaredMethod("send", int.class, Map.class, byte[].class);
                        send.setAccessible(true);
                        send.invoke(link, 17, Map.of(), new byte[] {0, 0, 0, 0});
                        Thread.sleep(60_000);
                        return "still there";
                    }
                }
                """;
        try (TestBench bench = Benches.open()) {
            Launch launch = Benches.source(bench, NEWEST, source, 1);
            String first = run(bench, launch);
            assertTrue(first.contains("it told what it made of its code"), first);
            byte[] kept = Files.readAllBytes(kept(bench).getFirst());
            String second = run(bench, launch);
            assertTrue(second.contains("it told what it made of its code"), second);
            assertArrayEquals(kept, Files.readAllBytes(kept(bench).getFirst()));
        }
    }

    @Test
    @Needs(Need.BUBBLEWRAP)
    void noWorkerSeesWhatIsKept() throws Exception {
        String source = """
                import java.nio.file.*;

                public class Handler {
                    public Object handleRequest(String cache) throws Exception {
                        try (var all = Files.list(Path.of(cache))) {
                            return all.map(each -> each.getFileName().toString().replaceAll("-.*", "")).sorted().toList();
                        }
                    }
                }
                """;
        try (TestBench bench = Benches.open(Map.of("isolation-at-most", "strict"))) {
            Launch launch = Benches.source(bench, NEWEST, source, 1);
            assertEquals(List.of(), bench.executor().inspect(launch));
            assertEquals(1, kept(bench).size());
            try (Instance instance = bench.executor().start(launch)) {
                assertEquals(
                        "[\"java\"]",
                        TestBench.call(instance, "\"" + bench.context().cache() + "\""));
            }
        }
    }

    @Test
    void placesAreThoseOfTheSourceWhoeverCompiledIt() throws Exception {
        String throwing = "public class Handler {\n    public Object handleRequest(Object o) {\n"
                + "        throw new IllegalStateException(\"no\");\n    }\n}\n";
        try (TestBench bench = Benches.open()) {
            Launch launch = Benches.source(bench, NEWEST, throwing, 1);
            for (int i = 0; i < 2; i++) {
                try (Instance instance = bench.executor().start(launch)) {
                    Outcome outcome = instance.invoke(Samples.invocation("{}"), new FakeHost());
                    assertEquals(
                            Optional.of(new Place("Handler.java", 3, 0)),
                            ((Outcome.Failed) outcome).fault().place());
                }
            }
            Launch wrong = Benches.source(bench, NEWEST, "public class Handler {\n    int a = \"b\";\n}\n", 1);
            Problem problem = bench.executor().inspect(wrong).getFirst();
            assertEquals("SYNTAX_ERROR", problem.code());
            assertEquals(new Place("Handler.java", 2, 13), problem.place().orElseThrow());
            assertEquals(1, kept(bench).size());
        }
    }

    @Test
    void aSourceInAPackageMayUseOthersArchivesAndLayersAndIsCompiledAgainWhenTheyChange() throws Exception {
        String handler = "package shop;\npublic class Handler {\n    public Object handleRequest(Object o) {\n"
                + "        return Other.TEXT + Lib.text() + Layer.text();\n    }\n}\n";
        try (TestBench bench = Benches.open()) {
            Path code = bench.folder();
            Files.createDirectories(code.resolve("shop"));
            Files.writeString(code.resolve("shop/Handler.java"), handler);
            Files.writeString(
                    code.resolve("shop/Other.java"),
                    "package shop;\nclass Other { static final String TEXT = \"a\"; }\n");
            archive(bench, "Lib", "b", code.resolve("lib/lib.jar"));
            Path layer = bench.folder();
            archive(bench, "Layer", "c", layer.resolve("java/lib/layer.jar"));
            Launch launch = Benches.launch(bench, NEWEST, code, List.of(layer), "shop.Handler", 1);
            assertEquals(List.of(), bench.executor().inspect(launch));
            assertEquals("\"abc\"", run(bench, launch));
            assertEquals(1, kept(bench).size());
            archive(bench, "Layer", "d", layer.resolve("java/lib/layer.jar"));
            assertEquals("\"abd\"", run(bench, launch));
            assertEquals(2, kept(bench).size());
        }
    }

    private static void archive(TestBench bench, String name, String text, Path jar) throws Exception {
        String source =
                "package shop; public class " + name + " { public static String text() { return \"" + text + "\"; } }";
        Brought.pack(Brought.compiled(bench.folder(), Map.of("shop/" + name + ".java", source)), jar);
    }

    @Test
    void whatItsAuthorCompiledIsNotKeptAgain() throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch launch = Benches.compiled(bench, NEWEST, answering("compiled"), 1);
            assertEquals(List.of(), bench.executor().inspect(launch));
            assertEquals("\"compiled\"", run(bench, launch));
            assertFalse(Files.exists(bench.context().cache().resolve("classes")));
        }
    }
}
