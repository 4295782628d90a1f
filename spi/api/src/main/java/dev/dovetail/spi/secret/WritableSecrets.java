package dev.dovetail.spi.secret;

import dev.dovetail.spi.Name;
import java.util.List;

/** Ability of a secret store: it may be written to. */
public interface WritableSecrets {
    /** Adds a version and answers its name. */
    String put(Name tenant, Name name, String value, List<String> allowedHosts);

    /** @return whether there was one */
    boolean delete(Name tenant, Name name);

    List<Info> list(Name tenant);

    /** What may be shown of a secret. */
    record Info(Name name, String version, List<String> allowedHosts) {
        public Info {
            allowedHosts = List.copyOf(allowedHosts);
        }
    }
}
