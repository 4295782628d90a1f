package dev.dovetail.executor.wasm;

import dev.dovetail.spi.Place;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;
import run.endive.compiler.Cache;
import run.endive.compiler.InterpreterFallback;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.wasm.MalformedException;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.ExternalType;

/** Reads modules, and compiles them to classes; what goes wrong is a problem of the module's, with a place if there is one. */
final class Compiling {
    /** What components begin with: the same word as modules, another version, another layer. */
    private static final byte[] COMPONENT = {0, 'a', 's', 'm', 0x0d, 0, 1, 0};

    private static final Pattern FUNCTION = Pattern.compile("function index: (\\d+)");

    private Compiling() {}

    static WasmModule parsed(Source source) throws Rejected {
        try {
            return Parser.parse(source.module());
        } catch (MalformedException e) {
            // the parser puts the same words before every complaint
            String words = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw rejected("MALFORMED_MODULE", "Not a WebAssembly module: " + words, source, 0);
        } catch (WasmEngineException e) {
            throw rejected("INVALID_MODULE", "Not a valid module: " + e.getMessage(), source, culprit(source));
        } catch (StackOverflowError e) {
            throw rejected("INVALID_MODULE", "The module is nested too deep", source, 0);
        } catch (RuntimeException | AssertionError e) {
            // the parser's own words for a file that ends too early, and other surprises of broken files
            throw rejected("MALFORMED_MODULE", "Not a WebAssembly module: " + e, source, 0);
        }
    }

    private static Rejected rejected(String code, String message, Source source, int function) {
        if (Arrays.equals(COMPONENT, Arrays.copyOf(source.module(), COMPONENT.length))) {
            return new Rejected(Source.problem(
                    "COMPONENT",
                    "This is a component, and what can be run are plain modules",
                    new Place(source.file(), 0, 0),
                    Optional.of("build a plain module, such as for the target wasm32-wasip1")));
        }
        Optional<String> remedy = code.equals("MALFORMED_MODULE") && looksLikeText(source.module())
                ? Optional.of("this is the text form: compile it with wat2wasm")
                : Optional.empty();
        return new Rejected(Source.problem(code, message, new Place(source.file(), function, 0), remedy));
    }

    private static boolean looksLikeText(byte[] module) {
        return module.length > 0 && (module[0] == '(' || module[0] == ';' || Character.isWhitespace(module[0]));
    }

    /** The first function that is not valid, by trying how many of the bodies are; 0 if it is none of them. */
    private static int culprit(Source source) {
        WasmModule open;
        try {
            open = Parser.builder()
                    .withValidation(false)
                    .build()
                    .parse(() -> new java.io.ByteArrayInputStream(source.module()));
        } catch (RuntimeException | AssertionError e) {
            return 0;
        }
        int count = open.codeSection().functionBodyCount();
        if (!valid(source, 0)) {
            return 0;
        }
        int valid = 0;
        int broken = count;
        while (broken - valid > 1) {
            int middle = (valid + broken) >>> 1;
            if (valid(source, middle)) {
                valid = middle;
            } else {
                broken = middle;
            }
        }
        return open.importSection().count(ExternalType.FUNCTION) + valid;
    }

    private static boolean valid(Source source, int bodies) {
        try {
            Parser.parse(Bodies.keep(source.module(), body -> body < bodies));
            return true;
        } catch (RuntimeException | AssertionError e) {
            return false;
        }
    }

    /** A module's classes, as the bytes that {@link #load} takes. */
    static byte[] compile(WasmModule wasm, Source source) throws Rejected {
        Kept kept = new Kept();
        try {
            MachineFactoryCompiler.builder(wasm)
                    .withInterpreterFallback(InterpreterFallback.FAIL)
                    .withCache(kept)
                    .compile();
            return kept.classes.orElseThrow();
        } catch (MethodTooLargeException | ClassTooLargeException e) {
            throw rejected("FUNCTION_TOO_LARGE", "The module does not fit into classes: " + e.getMessage(), source, 0);
        } catch (StackOverflowError e) {
            throw rejected("INVALID_MODULE", "The module's functions are nested too deep", source, 0);
        } catch (RuntimeException | AssertionError | LinkageError e) {
            Matcher large = FUNCTION.matcher(String.valueOf(e.getMessage()));
            if (large.find()) {
                int function = Integer.parseInt(large.group(1));
                throw new Rejected(Source.problem(
                        "FUNCTION_TOO_LARGE",
                        "The function " + name(wasm, function) + " is too large: compiled it would be over 64 KiB",
                        new Place(source.file(), function, 0),
                        Optional.of("split it, or build with less inlining (-Oz, -fno-inline)")));
            }
            boolean vectors = String.valueOf(e.getMessage()).contains("V128");
            throw new Rejected(Source.problem(
                    "UNSUPPORTED",
                    "The module cannot be compiled: " + e.getMessage(),
                    new Place(source.file(), 0, 0),
                    vectors
                            ? Optional.of("these are vector instructions: build without them (-mno-simd128)")
                            : Optional.empty()));
        }
    }

    private static String name(WasmModule wasm, int function) {
        return wasm.nameSection() != null && wasm.nameSection().nameOfFunction(function) instanceof String name
                ? "\"" + name + "\""
                : "number " + function;
    }

    /** The classes that these bytes are; the module needs no bodies for it. */
    static Function<Instance, Machine> load(WasmModule wasm, byte[] classes) {
        Kept kept = new Kept();
        kept.classes = Optional.of(classes);
        return MachineFactoryCompiler.builder(wasm)
                .withInterpreterFallback(InterpreterFallback.FAIL)
                .withCache(kept)
                .compile();
    }

    /** What the compiler takes for its cache: it holds the classes of one module. */
    private static final class Kept implements Cache {
        private Optional<byte[]> classes = Optional.empty();

        @Override
        public byte[] get(String key) {
            return classes.orElse(null);
        }

        @Override
        public void putIfAbsent(String key, byte[] data) {
            classes = Optional.of(data);
        }
    }
}
