package dev.dovetail.function;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Under whose right a call runs. */
public interface Identity {
    /** {@code system}, {@code api_client} or {@code user}. */
    String type();

    String id();

    String tenantId();

    List<String> roles();

    List<String> permissions();

    List<String> scopes();

    Optional<Instant> expiresAt();
}
