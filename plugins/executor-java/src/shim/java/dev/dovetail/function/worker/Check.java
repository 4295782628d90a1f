package dev.dovetail.function.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;

/** Looks at a function without running it, and prints a line of JSON for each problem. */
final class Check {
    /** What a line of the checker's has room for, in Base64. */
    private static final int PIECE = 3 << 10;

    private final PrintStream out;

    private Check(PrintStream out) {
        this.out = out;
    }

    static void run(Path root, Path file, String function, List<Path> layers) throws IOException {
        Check check = new Check(System.out);
        if (file.toString().endsWith(Sources.SUFFIX)) {
            check.source(root, file, function, layers);
        } else {
            check.classes(root, file, function, layers);
        }
        check.out.flush();
    }

    private void source(Path root, Path file, String function, List<Path> layers) throws IOException {
        try {
            DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
            Map<String, byte[]> classes = Sources.run(root, file, Code.entries(root, layers), found);
            boolean right = true;
            for (Diagnostic<? extends JavaFileObject> each : found.getDiagnostics()) {
                if (each.getKind() == Diagnostic.Kind.ERROR) {
                    right = false;
                    problem("SYNTAX_ERROR", each.getMessage(Locale.ROOT), each.getLineNumber(), each.getColumnNumber());
                }
            }
            if (right && named(Code.open(root, layers, classes), function)) {
                made(Classes.packed(classes));
            }
        } catch (NotLoaded e) {
            problem("NO_COMPILER", e.getMessage(), 0, 0);
        }
    }

    /** @param file the class; or what stands for all archives beside it, and perhaps for those of layers */
    private void classes(Path root, Path file, String function, List<Path> layers) throws IOException {
        ClassFiles.Found found = ClassFiles.look(file, function);
        int own = Runtime.version().feature();
        if (found.version() > own) {
            problem(
                    "CLASS_VERSION",
                    "The class was compiled for Java " + found.version() + ", and this is Java " + own,
                    0,
                    0);
        } else if (found.version() == 0 && !file.toString().endsWith(ClassFiles.ARCHIVES_AND_LAYERS)) {
            problem("HANDLER_NOT_FOUND", "No archive of the code has the class that \"" + function + "\" names", 0, 0);
        } else {
            named(Code.open(root, layers, Map.of()), function);
        }
    }

    /** Whether there is what the handler names. Classes are read for it, and nothing of them is run. */
    private boolean named(Code code, String function) {
        try {
            Function.look(code, function);
            return true;
        } catch (NotLoaded e) {
            problem("HANDLER_NOT_FOUND", e.getMessage(), 0, 0);
        } catch (LinkageError e) {
            problem("HANDLER_NOT_FOUND", "What \"" + function + "\" names cannot be read: " + e, 0, 0);
        }
        return false;
    }

    /** So that no worker has to compile it again. */
    private void made(byte[] packed) {
        Base64.Encoder encoder = Base64.getEncoder();
        for (int from = 0; from < packed.length; from += PIECE) {
            byte[] piece = Arrays.copyOfRange(packed, from, Math.min(packed.length, from + PIECE));
            out.println("{\"made\":\"" + encoder.encodeToString(piece) + "\"}");
        }
    }

    private void problem(String code, String message, long line, long column) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("code", code);
        said.put("message", message);
        said.put("line", Math.max(0, line));
        said.put("column", Math.max(0, column));
        out.println(new String(JsonWriter.bytes(said), StandardCharsets.UTF_8));
    }
}
