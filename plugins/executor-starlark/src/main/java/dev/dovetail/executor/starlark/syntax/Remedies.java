package dev.dovetail.executor.starlark.syntax;

import java.util.Map;

/** What to write instead of words that other languages have. */
final class Remedies {
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("while", "use \"for i in range(limit):\" and \"break\""),
            Map.entry("class", "use struct(...) for data and functions for behaviour"),
            Map.entry("try", "check before you act; a host call with exit_on_http_error=False answers its error"),
            Map.entry("except", "check before you act; a host call with exit_on_http_error=False answers its error"),
            Map.entry("finally", "there are no exceptions to clean up after"),
            Map.entry("raise", "use fail(\"message\"), or r_exit(error) with an error of your own"),
            Map.entry("import", "everything there is, is built in; other functions are called with r_invoke_v1"),
            Map.entry("from", "everything there is, is built in; other functions are called with r_invoke_v1"),
            Map.entry("is", "use == to compare; None is compared with == too"),
            Map.entry("del", "use list.pop(index) or dict.pop(key)"),
            Map.entry("assert", "use \"if not condition: fail(message)\""),
            Map.entry("yield", "build a list and return it"),
            Map.entry("global", "globals are frozen once the file is loaded: pass values as parameters"),
            Map.entry("nonlocal", "keep the value in a list or dict of the enclosing function"),
            Map.entry("await", "use r_await(promise)"),
            Map.entry("async", "host calls return promises: use r_await and r_await_all"),
            Map.entry("with", "there is nothing to close"),
            Map.entry("as", "choose another name"));

    private Remedies() {}

    static Flaw.Found reserved(String word, int at) {
        return Scanner.wrong(at, "\"" + word + "\" is not part of Starlark and cannot be a name", INSTEAD.get(word));
    }
}
