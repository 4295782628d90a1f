package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Wish;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Optional;

/** Reads which version a caller wants: {@code ?version}, {@code ?alias}, {@code ?key}, or {@code X-Dovetail-Version}. */
final class Wishes {
    private static final HeaderName VERSION = HeaderNames.create("X-Dovetail-Version");

    private Wishes() {}

    static Wish of(Exchange x) {
        Optional<String> version = x.query("version").or(() -> x.header(VERSION));
        Optional<String> alias = x.query("alias");
        Optional<String> key = x.query("key");
        return version.isEmpty() && alias.isEmpty() && key.isEmpty() ? Wish.NONE : new Wish(version, alias, key);
    }
}
