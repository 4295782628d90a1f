package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.json.JsonWriter;
import dev.dovetail.executor.starlark.lib.Arguments;
import dev.dovetail.executor.starlark.value.Dict;
import dev.dovetail.executor.starlark.value.Failure;
import dev.dovetail.executor.starlark.value.None;
import dev.dovetail.executor.starlark.value.Operators;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.executor.starlark.value.Text;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostNote;
import java.util.HashMap;
import java.util.Map;

/** The host's functions that nobody waits for. */
final class Telling {
    private static final Map<String, System.Logger.Level> LEVELS = Map.of(
            "trace", System.Logger.Level.TRACE,
            "debug", System.Logger.Level.DEBUG,
            "info", System.Logger.Level.INFO,
            "warn", System.Logger.Level.WARNING,
            "warning", System.Logger.Level.WARNING,
            "error", System.Logger.Level.ERROR);

    private Telling() {}

    static Object log(Run run, Object[] a) {
        String word = Arguments.some(a[1]) ? Arguments.text(a[1], "the level") : "info";
        System.Logger.Level level = LEVELS.get(word);
        if (level == null) {
            throw Failure.value("not a level: \"" + word + "\"; expected trace, debug, info, warning or error");
        }
        Bytes fields = Bytes.given(JsonWriter.write(run, a[2]));
        Calling.of(run).tell(new HostNote.Log(level, Text.str(run, a[0]), fields));
        return None.NONE;
    }

    static Object progress(Run run, Object[] a) {
        double fraction = number(a[0], "the fraction");
        if (!(fraction >= 0 && fraction <= 1)) {
            throw Failure.value("the fraction is from 0 to 1, not " + Text.number(fraction));
        }
        String message = Arguments.some(a[1]) ? Arguments.text(a[1], "the message") : "";
        Calling.of(run).tell(new HostNote.Progress(fraction, message));
        return None.NONE;
    }

    static Object measure(Run run, Object[] a) {
        Map<String, String> labels = new HashMap<>();
        Dict given = (Dict) a[2];
        for (Object key : given.keys()) {
            labels.put((String) key, Text.str(run, given.value(given.find(run, key))));
        }
        Calling.of(run).tell(new HostNote.Measure(Arguments.text(a[0], "the name"), number(a[1], "the value"), labels));
        return None.NONE;
    }

    private static double number(Object argument, String what) {
        if (!Operators.number(argument)) {
            throw Arguments.wrong(argument, what, "a number");
        }
        return Operators.real(argument);
    }
}
