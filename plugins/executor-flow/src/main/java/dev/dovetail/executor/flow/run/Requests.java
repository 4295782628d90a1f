package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dovetail.executor.flow.plan.Value;
import dev.dovetail.executor.flow.plan.Work;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests over HTTP, which the host sends. */
final class Requests {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_.-]*)}");

    private Requests() {}

    /** Asked in a step's scope, so that what is secret in it is computed only when it is sent, and kept nowhere. */
    static JsonNode send(Calling calling, Line line, Work.Request request, Vars vars) {
        String method = Json.shown(request.method().in(vars));
        String uri = uri(request, vars);
        Map<String, List<String>> headers = headers(request.headers().in(vars));
        request.login().ifPresent(login -> headers.put("authorization", List.of(authorization(login, vars))));
        Bytes body = request.body().map(value -> body(value, headers, vars)).orElse(Bytes.empty());
        HostReply reply =
                calling.reply(line, new HostCall.Http(method, uri, headers, body, TIMEOUT, HostCall.Retry.NONE));
        JsonNode answer = Calling.valueOf(reply);
        int status = answer.path("status").asInt();
        if (status < 200 || status > (request.redirects() ? 399 : 299)) {
            throw failed(method, uri, status, answer);
        }
        return switch (request.reply()) {
            case RAW ->
                new TextNode(Base64.getEncoder()
                        .encodeToString(answer.path("body").asText().getBytes(StandardCharsets.UTF_8)));
            case CONTENT -> content(answer);
            case RESPONSE -> {
                ObjectNode whole = Json.object();
                whole.putObject("request")
                        .put("method", method.toLowerCase(Locale.ROOT))
                        .put("uri", uri);
                whole.put("statusCode", status);
                whole.set("headers", flat(answer.path("headers")));
                whole.set("content", content(answer));
                yield whole;
            }
        };
    }

    private static Raised failed(String method, String uri, int status, JsonNode answer) {
        ObjectNode details = Json.object().put("status_code", status);
        details.set("headers", answer.path("headers").isObject() ? answer.path("headers") : Json.object());
        JsonNode content = content(answer);
        details.set("body", content.isObject() ? content : Json.object());
        Fault fault = new Fault(
                Fault.HTTP,
                Fault.Owner.DEPENDENCY,
                method + " " + bare(uri) + " was answered with status " + status,
                Json.bytes(details),
                Optional.empty());
        return Raised.communication(status, "The dependency answered with status " + status, fault);
    }

    /** Without what may be secret. */
    private static String bare(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static String uri(Work.Request request, Vars vars) {
        String text = Json.shown(request.uri().in(vars));
        Matcher placeholders = PLACEHOLDER.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (placeholders.find()) {
            JsonNode value = vars.it().path(placeholders.group(1));
            if (value.isMissingNode() || value.isNull()) {
                throw Raised.expression("the URI " + text + " has {" + placeholders.group(1)
                        + "}, which the task's input has not; expected a field of that name");
            }
            placeholders.appendReplacement(filled, Matcher.quoteReplacement(encoded(Json.shown(value))));
        }
        placeholders.appendTail(filled);
        String separator = filled.indexOf("?") < 0 ? "?" : "&";
        for (Map.Entry<String, JsonNode> each :
                object(request.query(), vars, "query").properties()) {
            for (JsonNode value : each.getValue().isArray() ? each.getValue() : List.of(each.getValue())) {
                filled.append(separator)
                        .append(encoded(each.getKey()))
                        .append('=')
                        .append(encoded(Json.shown(value)));
                separator = "&";
            }
        }
        try {
            return URI.create(filled.toString()).toString();
        } catch (IllegalArgumentException e) {
            throw Raised.of("configuration", 400, "The endpoint is no URI", e.getMessage());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static JsonNode object(Value value, Vars vars, String what) {
        JsonNode object = value.in(vars);
        if (!object.isObject() && !object.isNull()) {
            throw Raised.expression("the " + what + " is " + object + "; expected an object");
        }
        return object;
    }

    private static Map<String, List<String>> headers(JsonNode given) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> each : given.properties()) {
            List<String> values = new ArrayList<>();
            for (JsonNode value : each.getValue().isArray() ? each.getValue() : List.of(each.getValue())) {
                values.add(Json.shown(value));
            }
            headers.put(each.getKey(), values);
        }
        return headers;
    }

    private static String authorization(Work.Login login, Vars vars) {
        return switch (login) {
            case Work.Login.Bearer(Value token) -> "Bearer " + Json.shown(token.in(vars));
            case Work.Login.Basic(Value username, Value password) ->
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((Json.shown(username.in(vars)) + ":" + Json.shown(password.in(vars)))
                                        .getBytes(StandardCharsets.UTF_8));
        };
    }

    private static Bytes body(Value value, Map<String, List<String>> headers, Vars vars) {
        JsonNode body = value.in(vars);
        if (body.isTextual()) {
            return Bytes.utf8(body.textValue());
        }
        if (headers.keySet().stream().noneMatch(name -> name.equalsIgnoreCase("content-type"))) {
            headers.put("content-type", List.of("application/json"));
        }
        return Json.bytes(body);
    }

    /** JSON as what it says, anything else as text. */
    private static JsonNode content(JsonNode answer) {
        String body = answer.path("body").asText();
        if (body.isEmpty()) {
            return Json.object().nullNode();
        }
        String type = Json.shown(flat(answer.path("headers")).path("content-type"));
        return type.isEmpty() || type.contains("json")
                ? Json.find(body).orElse(new TextNode(body))
                : new TextNode(body);
    }

    private static ObjectNode flat(JsonNode headers) {
        ObjectNode flat = Json.object();
        for (Map.Entry<String, JsonNode> each : headers.properties()) {
            List<String> values = new ArrayList<>();
            if (each.getValue().isArray()) {
                each.getValue().forEach(value -> values.add(Json.shown(value)));
            } else {
                values.add(Json.shown(each.getValue()));
            }
            flat.put(each.getKey().toLowerCase(Locale.ROOT), String.join(", ", values));
        }
        return flat;
    }
}
