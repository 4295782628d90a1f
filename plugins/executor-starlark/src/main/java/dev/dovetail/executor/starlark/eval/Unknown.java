package dev.dovetail.executor.starlark.eval;

import dev.dovetail.executor.starlark.syntax.Flaw;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Says what is wrong with a name that nothing has, and what may have been meant. */
final class Unknown {
    private static final String NO_FILES =
            "functions have no files; r_http_get_v1 fetches, and the code's own data can be written into the code";
    private static final String NO_CODE = "code cannot be made at run time";
    private static final Map<String, String> FORBIDDEN = Map.ofEntries(
            Map.entry("open", NO_FILES),
            Map.entry("os", "use ctx.env.get(name) for the environment; there is no machine to reach"),
            Map.entry("sys", "use ctx for what is known about the call"),
            Map.entry("subprocess", "there is no machine to reach; r_invoke_v1 calls another function"),
            Map.entry("socket", "use r_http_get_v1 or r_http_post_v1"),
            Map.entry("requests", "use r_http_get_v1 or r_http_post_v1"),
            Map.entry("eval", NO_CODE),
            Map.entry("exec", NO_CODE),
            Map.entry("compile", NO_CODE),
            Map.entry("__import__", NO_CODE),
            Map.entry("globals", "name what is needed"),
            Map.entry("locals", "name what is needed"),
            Map.entry("vars", "use dir(x) and getattr(x, name)"),
            Map.entry("setattr", "build a new struct or use a dict"),
            Map.entry("delattr", "build a new struct or use a dict"),
            Map.entry("id", "values have no address; compare with =="),
            Map.entry("time", "use r_now_v1(), which replays the same"),
            Map.entry("datetime", "use r_now_v1(), which replays the same"),
            Map.entry("random", "use r_rand_v1(), which replays the same"),
            Map.entry("uuid", "use r_rand_v1(), which replays the same"),
            Map.entry("threading", "host calls run side by side: r_await_all([...])"),
            Map.entry("isinstance", "compare type(x) with \"string\", \"int\", \"list\" ..."),
            Map.entry("input", "the handler's second parameter has the input"),
            Map.entry("map", "write a comprehension: [f(x) for x in items]"),
            Map.entry("filter", "write a comprehension: [x for x in items if f(x)]"),
            Map.entry("sum", "add in a loop"),
            Map.entry("round", "use int(x + 0.5), or \"%.2f\" is not there: scale, then int"),
            Map.entry("iter", "loop with for, or make a list"),
            Map.entry("next", "loop with for, or take list(x)[0]"),
            Map.entry("object", "use struct(...)"),
            Map.entry("super", "there are no classes"),
            Map.entry("Exception", "use fail(message) or r_exit(error)"),
            Map.entry("null", "write None"),
            Map.entry("true", "write True"),
            Map.entry("false", "write False"));

    private Unknown() {}

    static Flaw name(String name, int at, Collection<String> known) {
        if (FORBIDDEN.containsKey(name)) {
            String code = Character.isLowerCase(name.charAt(0)) && name.length() == 4 && "null true".contains(name)
                            || name.equals("false")
                    ? "UNDEFINED_NAME"
                    : "FORBIDDEN_BUILTIN";
            String message = code.equals("UNDEFINED_NAME")
                    ? "Nothing is called \"" + name + "\""
                    : "\"" + name + "\" does not exist in functions";
            return Flaw.of(code, message, at, FORBIDDEN.get(name));
        }
        boolean helper = name.startsWith("r_");
        Optional<String> near = near(name, known);
        String message = helper ? "There is no host function \"" + name + "\"" : "Nothing is called \"" + name + "\"";
        String code = helper ? "UNKNOWN_HELPER" : "UNDEFINED_NAME";
        return near.map(guess -> Flaw.of(code, message + "; did you mean \"" + guess + "\"?", at, "write " + guess))
                .orElse(Flaw.of(code, message, at));
    }

    /** The known name with the fewest changes from this one, if they are few. */
    static Optional<String> near(String name, Collection<String> known) {
        int best = Math.max(1, Math.min(3, name.length() / 3)) + 1;
        Optional<String> found = Optional.empty();
        for (String each : known.stream().sorted().toList()) {
            int distance = distance(name, each, best);
            if (distance < best) {
                best = distance;
                found = Optional.of(each);
            }
        }
        return found;
    }

    private static int distance(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) >= most || a.length() > 100) {
            return most;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
