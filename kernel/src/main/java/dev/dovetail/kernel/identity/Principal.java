package dev.dovetail.kernel.identity;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Invocation.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who acts, and for which tenant. Holds no credential.
 *
 * @param type {@code system}, {@code api_client} or {@code user}
 * @param roles {@code admin}, {@code developer}, {@code operator}, {@code viewer}
 */
public record Principal(
        String type,
        String id,
        Name tenant,
        List<String> roles,
        List<String> permissions,
        List<String> scopes,
        Optional<Instant> expiresAt) {
    /** The tenant that a fresh system has. */
    public static final Name DEFAULT_TENANT = Name.of("default");

    public Principal {
        roles = List.copyOf(roles);
        permissions = List.copyOf(permissions);
        scopes = List.copyOf(scopes);
    }

    /** The same, who may nothing any more. */
    public Principal powerless() {
        return new Principal(type, id, tenant, List.of(), List.of(), List.of(), expiresAt);
    }

    /** As whom plugins see them. */
    public Caller caller() {
        return new Caller(type, id, tenant, roles, permissions, scopes, expiresAt);
    }

    public boolean may(Permission permission) {
        return permissions.contains("*") || permissions.contains(permission.word());
    }
}
