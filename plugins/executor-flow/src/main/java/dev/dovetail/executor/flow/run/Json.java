package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON text and trees. */
final class Json {
    // the usual pool keeps buffers with the thread, which outlives the plugin
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** What the system gave, which is JSON. */
    static JsonNode read(Bytes json) {
        try {
            return MAPPER.readTree(json.toArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody else gave, which may be JSON. */
    static Optional<JsonNode> find(String text) {
        try {
            JsonNode value = MAPPER.readTree(text);
            return value instanceof MissingNode ? Optional.empty() : Optional.of(value);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    static Bytes bytes(JsonNode value) {
        try {
            return Bytes.utf8(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Text as it is, anything else as JSON. */
    static String shown(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** As jq has it: null and false are not true. */
    static boolean truth(JsonNode value) {
        return !value.isNull() && !(value.isBoolean() && !value.booleanValue());
    }
}
