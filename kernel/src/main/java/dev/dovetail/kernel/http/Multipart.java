package dev.dovetail.kernel.http;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code multipart/form-data} (RFC 7578): a part {@code code} (or {@code zip}) with the archive, a part
 * {@code function} (or {@code metadata}) with the JSON, and single fields beside or in place of it.
 */
final class Multipart {
    private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]{1,70})\"?");
    private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");

    private Multipart() {}

    static FunctionRoutes.Upload of(Exchange x, byte[] bytes) {
        Matcher matcher = BOUNDARY.matcher(x.contentType());
        if (!matcher.find()) {
            throw Refusal.of(ErrorType.MALFORMED, "multipart/form-data without a boundary");
        }
        byte[] delimiter = ("--" + matcher.group(1)).getBytes(StandardCharsets.ISO_8859_1);
        ObjectNode body = x.schemas().object();
        Optional<byte[]> archive = Optional.empty();
        int at = find(bytes, delimiter, 0);
        while (at >= 0) {
            int from = at + delimiter.length;
            if (from + 2 > bytes.length || bytes[from] == '-' && bytes[from + 1] == '-') {
                break;
            }
            int to = find(bytes, delimiter, from);
            if (to < 0) {
                throw Refusal.of(ErrorType.MALFORMED, "The multipart body is cut off: its last boundary is missing");
            }
            int content = find(bytes, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), from);
            if (content < 0 || content + 4 > to - 2) {
                throw Refusal.of(ErrorType.MALFORMED, "A part of the multipart body has no end of its headers");
            }
            String headers = new String(bytes, from, content - from, StandardCharsets.UTF_8);
            byte[] part = java.util.Arrays.copyOfRange(bytes, content + 4, to - 2);
            Matcher name = NAME.matcher(headers);
            switch (name.find() ? name.group(1) : "") {
                case "code", "zip", "file", "wasm" -> archive = Optional.of(part);
                case "function", "metadata", "version" -> merge(x.parse(part), body);
                case "" -> throw Refusal.of(ErrorType.MALFORMED, "A part of the multipart body has no name");
                default -> body.put(name.group(1), new String(part, StandardCharsets.UTF_8));
            }
            at = to;
        }
        return new FunctionRoutes.Upload(body, archive);
    }

    private static void merge(JsonNode from, ObjectNode into) {
        if (!from.isObject()) {
            throw Refusal.field(ErrorType.MALFORMED, "/function", "expected an object", from.toString());
        }
        from.properties().forEach(each -> into.set(each.getKey(), each.getValue()));
    }

    private static int find(byte[] bytes, byte[] what, int from) {
        for (int i = from; i <= bytes.length - what.length; i++) {
            int j = 0;
            while (j < what.length && bytes[i + j] == what[j]) {
                j++;
            }
            if (j == what.length) {
                return i;
            }
        }
        return -1;
    }
}
