package dev.dovetail.executor.custom.lambda;

import dev.dovetail.spi.executor.Launch;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a program is told of a call, besides its input. */
final class CallHeaders {
    private CallHeaders() {}

    static Map<String, String> of(Fields call, Launch launch) {
        try {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Lambda-Runtime-Aws-Request-Id", call.text("execution"));
            headers.put("Lambda-Runtime-Deadline-Ms", Long.toString(call.number("deadline")));
            headers.put("Lambda-Runtime-Invoked-Function-Arn", arn(launch));
            String trace = call.text("traceparent", "");
            if (!trace.isEmpty()) {
                headers.put("Lambda-Runtime-Trace-Id", trace(trace));
                headers.put("Traceparent", plain(trace));
            }
            headers.put("Dovetail-Attempt", Long.toString(call.number("attempt", 1)));
            headers.put("Dovetail-Correlation-Id", plain(call.text("correlation", call.text("execution"))));
            headers.put("Dovetail-Tenant", launch.version().tenant().text());
            if (call.has("function")) {
                headers.put("Dovetail-Function", plain(call.text("function")));
            }
            if (call.has("step")) {
                headers.put("Dovetail-Step", plain(call.text("step")));
            }
            return headers;
        } catch (NotJson e) {
            throw new IllegalStateException("The kernel began a call with a frame in which " + e.getMessage(), e);
        }
    }

    /** A name in the form that programs take apart. */
    private static String arn(Launch launch) {
        return "arn:aws:lambda:local:000000000000:function:"
                + launch.version().function().text() + ":" + launch.version().number();
    }

    /** As the API writes it, of what the standard for traces has. */
    private static String trace(String parent) {
        String[] parts = parent.split("-");
        if (parts.length < 4 || parts[1].length() != 32) {
            return plain(parent);
        }
        return "Root=1-" + parts[1].substring(0, 8) + "-" + parts[1].substring(8) + ";Parent=" + parts[2] + ";Sampled="
                + (parts[3].endsWith("1") ? "1" : "0");
    }

    /** Without what would end a header's line. */
    private static String plain(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }
}
