package dev.dovetail.cli.local;

import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The secrets of the command line, found however their names are spelt, as in a server. */
final class LocalSecrets {
    private final Map<Name, Secret> known = new HashMap<>();

    /** @param given values, by names that can be those of secrets */
    LocalSecrets(Map<String, String> given) {
        given.forEach((written, value) ->
                known.put(Secrets.name(written).orElseThrow(), new Secret(value, "1", Optional.empty(), List.of())));
    }

    Optional<Secret> find(String written) {
        return Secrets.name(written).map(known::get);
    }

    /** Those that a text refers to, by their names as they are written there. */
    Map<String, Secret> in(String text) {
        Map<String, Secret> referred = new HashMap<>();
        Secret.named(text).forEach(name -> find(name).ifPresent(secret -> referred.put(name, secret)));
        return referred;
    }

    Collection<Secret> all() {
        return known.values();
    }
}
