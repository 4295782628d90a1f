package dev.dovetail.spi.secret;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A value that does not print itself, and is equal to nothing but itself. */
public final class Secret {
    private final String value;
    private final String version;
    private final Optional<Instant> expires;
    private final List<String> allowedHosts;

    /** @param allowedHosts where the host may send it in place of {@code ${SECRET:name}}; empty means nowhere */
    public Secret(String value, String version, Optional<Instant> expires, List<String> allowedHosts) {
        this.value = value;
        this.version = version;
        this.expires = expires;
        this.allowedHosts = List.copyOf(allowedHosts);
    }

    public String reveal() {
        return value;
    }

    public String version() {
        return version;
    }

    public Optional<Instant> expires() {
        return expires;
    }

    public List<String> allowedHosts() {
        return allowedHosts;
    }

    @Override
    public String toString() {
        return "Secret[version " + version + "]";
    }
}
