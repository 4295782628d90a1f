package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpHeaders;
import tools.jackson.databind.JsonNode;

/** What a kernel answered. */
record Reply(int status, HttpHeaders headers, String body) {
    JsonNode json() {
        return House.SCHEMAS.parse(body);
    }

    /** The text at this JSON pointer. */
    String at(String pointer) {
        JsonNode there = json().at(pointer);
        return there.isString() ? there.stringValue() : there.toString();
    }

    /** The value of a header, or empty text. */
    String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    Reply is(int expected) {
        assertEquals(expected, status, body);
        return this;
    }

    /** Checks that it is a whole problem document of this status and code. */
    Reply isProblem(int expected, String code) {
        assertEquals(expected, status, body);
        assertEquals("application/problem+json", header("Content-Type"), body);
        assertEquals(code, at("/code"), body);
        assertEquals(expected, json().at("/status").intValue(), body);
        assertEquals("gts://gts.x.core.faas.err.v1~", at("/type").substring(0, 29), body);
        for (String member : new String[] {"title", "detail", "instance", "owner", "traceId"}) {
            assertEquals(true, json().path(member).isString(), member + " in " + body);
        }
        return this;
    }
}
