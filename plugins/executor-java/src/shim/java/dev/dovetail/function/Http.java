package dev.dovetail.function;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Requests that the system sends for the function, within what it may reach. */
public interface Http {
    /** Asks for an address, and waits at most half a minute. */
    Pending<Map<String, Object>> get(String url);

    /** Sends a body, which becomes JSON unless it is text or bytes. */
    Pending<Map<String, Object>> post(String url, Object body);

    /**
     * Sends a request. The answer has {@code status}, {@code headers} and {@code body}.
     *
     * @param body null for none; text and bytes are sent as they are, all else as JSON
     */
    Pending<Map<String, Object>> request(
            String method, String url, Map<String, List<String>> headers, Object body, Duration timeout);
}
