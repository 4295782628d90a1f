package dev.dovetail.function.worker;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/** Looks at a function without running it, and prints a line of JSON for each problem. */
final class Check {
    private final PrintStream out;

    private Check(PrintStream out) {
        this.out = out;
    }

    static void run(Path file, String function) throws IOException {
        Check check = new Check(System.out);
        if (file.toString().endsWith(Sources.SUFFIX)) {
            check.source(file);
        } else {
            check.classes(file, function);
        }
        check.out.flush();
    }

    private void source(Path file) throws IOException {
        try {
            for (Diagnostic<? extends JavaFileObject> each : Sources.problems(file.getParent(), file)) {
                if (each.getKind() == Diagnostic.Kind.ERROR) {
                    problem("SYNTAX_ERROR", each.getMessage(Locale.ROOT), each.getLineNumber(), each.getColumnNumber());
                }
            }
        } catch (NotLoaded e) {
            problem("NO_COMPILER", e.getMessage(), 0, 0);
        }
    }

    /** @param file the class; or what stands for all archives beside it, and perhaps for those of layers, which are not seen */
    private void classes(Path file, String function) throws IOException {
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
