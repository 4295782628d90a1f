package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Wish;
import dev.dovetail.kernel.contract.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads which version a caller wants: {@code ?version}, {@code ?alias}, {@code ?key}, or {@code X-Dovetail-Version}. */
final class Wishes {
    private static final HeaderName VERSION = HeaderNames.create("X-Dovetail-Version");

    private Wishes() {}

    /** @throws Refusal if two wishes contradict each other */
    static Wish of(Exchange x) {
        return of(x, x.schemas().object());
    }

    /** @param body where {@code version}, {@code alias} and {@code key} may stand as well */
    static Wish of(Exchange x, JsonNode body) {
        List<Optional<Given>> versions =
                List.of(Given.inBody(body, "version"), Given.inQuery(x, "version"), Given.inHeader(x, VERSION));
        List<Optional<Given>> aliases = List.of(Given.inBody(body, "alias"), Given.inQuery(x, "alias"));
        versions.forEach(version -> aliases.forEach(alias -> Given.notBoth(alias, version)));
        Optional<String> version = Given.one(versions);
        Optional<String> alias = Given.one(aliases);
        Optional<String> key = Given.one(List.of(Given.inBody(body, "key"), Given.inQuery(x, "key")));
        return version.isEmpty() && alias.isEmpty() && key.isEmpty() ? Wish.NONE : new Wish(version, alias, key);
    }
}
