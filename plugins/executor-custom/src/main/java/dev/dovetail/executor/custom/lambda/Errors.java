package dev.dovetail.executor.custom.lambda;

import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes errors of the worker protocol of those that programs report. */
final class Errors {
    private static final String TYPE_HEADER = "lambda-runtime-function-error-type";
    private static final String BODY_HEADER = "lambda-runtime-function-error-body";
    private static final String UNKNOWN = "Unknown";
    private static final int MOST_FRAMES = 50;

    /** Such as {@code /var/task/app.rb:12:in `handler'}, {@code at f (/var/task/a.js:3:5)}, {@code Main.run(Main.java:7)}. */
    private static final Pattern PLACE = Pattern.compile("([^\\s(:\"]+):(\\d+)(?::(\\d+))?");

    private Errors() {}

    static JsonText of(HttpRequest request) {
        return open(request).end();
    }

    static JsonText open(HttpRequest request) {
        return open(request.body(), request.header(TYPE_HEADER));
    }

    /** An error that came after a part of the answer had been sent. */
    static JsonText ofTrailers(HttpRequest request) {
        byte[] body = new byte[0];
        try {
            body = Base64.getDecoder().decode(request.header(BODY_HEADER).orElse(""));
        } catch (IllegalArgumentException e) {
            // then it has its type alone
        }
        return open(body, request.header(TYPE_HEADER));
    }

    /** What kind of error it is, in the program's words. */
    static Optional<String> type(HttpRequest request) {
        try {
            return Optional.of(kind(Fields.read(request.body()), request.header(TYPE_HEADER)));
        } catch (NotJson e) {
            return request.header(TYPE_HEADER);
        }
    }

    private static String kind(Fields error, Optional<String> header) throws NotJson {
        return error.findText("errorType").or(() -> header).orElse(UNKNOWN);
    }

    /** @return an object to which more can be added */
    private static JsonText open(byte[] body, Optional<String> type) {
        try {
            Fields error = Fields.read(body);
            String kind = kind(error, type);
            String message = error.text("errorMessage", kind);
            JsonText out =
                    new JsonText().object().field("name", kind).field("message", message.isBlank() ? kind : message);
            if (kind.startsWith("gts.") && kind.endsWith("~")) {
                out.field("id", kind);
                error.json("details").ifPresent(details -> out.key("details").raw(details));
            }
            frames(out, error);
            return out;
        } catch (NotJson e) {
            String text = new String(body, StandardCharsets.UTF_8);
            String kind = type.orElse(UNKNOWN);
            return new JsonText().object().field("name", kind).field("message", text.isBlank() ? kind : text);
        }
    }

    private static void frames(JsonText out, Fields error) throws NotJson {
        Object trace = error.has("stackTrace")
                ? Json.read(error.json("stackTrace").orElseThrow().toArray())
                : List.of();
        if (!(trace instanceof List<?> list)) {
            return;
        }
        out.key("frames").array();
        for (Object each : list.subList(0, Math.min(list.size(), MOST_FRAMES))) {
            String text = each instanceof String line ? line.strip() : String.valueOf(each);
            Matcher place = PLACE.matcher(text);
            JsonText frame = out.object().field("function", text);
            if (place.find()) {
                frame.field("file", relative(place.group(1))).field("line", number(place.group(2)));
                frame.field("column", place.group(3) == null ? 0 : number(place.group(3)));
            }
            out.end();
        }
        out.endArray();
    }

    private static String relative(String file) {
        String task = Program.TASK + "/";
        return file.startsWith(task) ? file.substring(task.length()) : file;
    }

    private static long number(String digits) {
        return digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
    }
}
