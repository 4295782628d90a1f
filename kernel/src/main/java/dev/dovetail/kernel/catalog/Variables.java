package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The environment variables that a version is given. */
final class Variables {
    private static final int LARGEST = 4096;

    private Variables() {}

    /** What the body says, or what was before if it says nothing. */
    static Map<String, String> of(ObjectNode body, Optional<Version> old) {
        if (!body.has("environment")) {
            return old.map(Version::environment).orElse(Map.of());
        }
        Map<String, String> environment = new HashMap<>();
        int size = 0;
        for (var each : body.get("environment").properties()) {
            String key = each.getKey();
            if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/environment/" + key,
                        "not a name of an environment variable: expected letters, digits and _, no digit first",
                        "\"" + key + "\"");
            }
            String value = each.getValue().stringValue();
            if (value.indexOf('\0') >= 0) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/environment/" + key,
                        "expected a text without the character U+0000, which no process can be given",
                        each.getValue().toString());
            }
            size += key.length() + value.getBytes(StandardCharsets.UTF_8).length;
            environment.put(key, value);
        }
        if (size > LARGEST) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/environment",
                    "expected names and values of " + LARGEST + " bytes together at most",
                    size + " bytes");
        }
        return environment;
    }
}
