package dev.dovetail.function.worker;

import dev.dovetail.function.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An identity as it was told. */
final class Known implements Identity {
    private final Map<?, ?> said;

    Known(Map<?, ?> said) {
        this.said = said;
    }

    private List<String> texts(String key) {
        return ((List<?>) said.get(key)).stream().map(String::valueOf).collect(Collectors.toUnmodifiableList());
    }

    @Override
    public String type() {
        return (String) said.get("type");
    }

    @Override
    public String id() {
        return (String) said.get("id");
    }

    @Override
    public String tenantId() {
        return (String) said.get("tenantId");
    }

    @Override
    public List<String> roles() {
        return texts("roles");
    }

    @Override
    public List<String> permissions() {
        return texts("permissions");
    }

    @Override
    public List<String> scopes() {
        return texts("scopes");
    }

    @Override
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable((String) said.get("expiresAt")).map(Instant::parse);
    }
}
