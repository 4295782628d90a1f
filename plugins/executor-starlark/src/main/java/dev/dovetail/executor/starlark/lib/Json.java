package dev.dovetail.executor.starlark.lib;

import dev.dovetail.executor.starlark.json.JsonReader;
import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.value.Builtin;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.Foreign;
import dev.dovetail.executor.starlark.value.Run;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The module {@code json}. */
final class Json {
    private static final Map<String, Object> MEMBERS = Map.of(
            "encode", new Builtin("json.encode(x, /)", (run, a) -> encoded(run, a[0])),
            "decode", new Builtin("json.decode(text, default?)", (run, a) -> decoded(run, a)),
            "indent", new Builtin("json.indent(text, /, *, prefix?, indent?)", (run, a) -> Indent.indented(run, a)),
            "encode_indent",
                    new Builtin(
                            "json.encode_indent(x, /, *, prefix?, indent?)",
                            (run, a) -> Indent.indented(run, new Object[] {encoded(run, a[0]), a[1], a[2]})));

    static final Foreign MODULE = new Foreign() {
        @Override
        public String type() {
            return "module";
        }

        @Override
        public Optional<Object> attribute(String name) {
            return Optional.ofNullable(MEMBERS.get(name));
        }

        @Override
        public List<String> attributes() {
            return List.copyOf(MEMBERS.keySet());
        }
    };

    private Json() {}

    private static String encoded(Run run, Object value) {
        byte[] written = JsonWriter.sorted(run, value);
        run.allocateText(written.length);
        return new String(written, StandardCharsets.UTF_8);
    }

    private static Object decoded(Run run, Object[] a) {
        String text = Arguments.text(a[0], "the JSON");
        run.allocate(40 + 3L * text.length());
        try {
            return JsonReader.values(run, text.getBytes(StandardCharsets.UTF_8));
        } catch (Failure failure) {
            if (a[1] == Builtin.ABSENT) {
                throw failure;
            }
            return a[1];
        }
    }
}
