package dev.dovetail.spi.secret;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value that does not print itself, and is equal to nothing but itself. */
public final class Secret {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{SECRET:([A-Za-z][A-Za-z0-9_-]{0,63})}");

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

    /** The names in this text's references, each {@code ${SECRET:name}}, as they are written there. */
    public static Set<String> named(String text) {
        Set<String> names = new LinkedHashSet<>();
        REFERENCE.matcher(text).results().forEach(found -> names.add(found.group(1)));
        return names;
    }

    /** This text with each reference {@code ${SECRET:name}} replaced by the secret of that name; others stay as they are. */
    public static String fill(String text, Map<String, Secret> secrets) {
        return REFERENCE.matcher(text).replaceAll(found -> {
            Secret secret = secrets.get(found.group(1));
            return Matcher.quoteReplacement(secret == null ? found.group() : secret.value);
        });
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
