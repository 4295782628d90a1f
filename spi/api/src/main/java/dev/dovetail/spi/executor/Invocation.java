package dev.dovetail.spi.executor;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.KernelProvided;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.secret.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One call of a function.
 *
 * @param executionId a UUIDv7, the same over all attempts
 * @param attempt from 1
 * @param input one JSON value, already checked against the contract
 * @param attributes {@code correlation-id}, {@code traceparent}, {@code mode} and whatever else the surface knew
 * @param secrets those that the environment refers to, by the name as it is written in {@code ${SECRET:name}}; empty in
 *     host-worker mode, where code never sees them
 * @param deadline when the kernel will interrupt the call
 */
@KernelProvided
public record Invocation(
        String executionId,
        int attempt,
        Entry entry,
        Bytes input,
        Map<String, String> attributes,
        Caller caller,
        Map<String, Secret> secrets,
        Instant deadline) {
    public Invocation {
        attributes = Map.copyOf(attributes);
        secrets = Map.copyOf(secrets);
    }

    /**
     * Under whose right a function runs. Never a token.
     *
     * @param type {@code system}, {@code api_client} or {@code user}
     */
    @KernelProvided
    public record Caller(
            String type,
            String id,
            Name tenant,
            List<String> roles,
            List<String> permissions,
            List<String> scopes,
            Optional<Instant> expiresAt) {
        public Caller {
            roles = List.copyOf(roles);
            permissions = List.copyOf(permissions);
            scopes = List.copyOf(scopes);
        }
    }
}
