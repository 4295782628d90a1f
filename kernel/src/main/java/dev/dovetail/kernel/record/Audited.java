package dev.dovetail.kernel.record;

import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What somebody did, to be audited.
 *
 * @param event a GTS id of an audit event, or the word of whoever writes it
 * @param actor such as {@code user/ann}
 * @param executionId of the execution that did it, if one did
 * @param details an object; never a secret
 */
public record Audited(
        Instant at, String event, String actor, String correlationId, Optional<String> executionId, JsonNode details) {}
