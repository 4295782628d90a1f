package dev.dovetail.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of a server as the command line speaks to: keeps functions, versions, aliases and executions in memory, answers
 * calls with their input and its version, and refuses what the real one refuses. Remembers what it was asked.
 */
final class PaperServer implements Server {
    private record Function(ObjectNode body, TreeMap<Integer, ObjectNode> versions, Map<String, ObjectNode> aliases) {}

    final List<String> asked = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
    final ObjectNode troubles = json();
    final ConcurrentLinkedQueue<String> tokens = new ConcurrentLinkedQueue<>();

    /** How many events the timeline of each execution has. */
    volatile int happened;

    private final HttpServer http;
    private final Map<String, Function> functions = new ConcurrentHashMap<>();
    private final Map<String, ObjectNode> executions = new LinkedHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();

    PaperServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::handle);
        http.start();
    }

    @Override
    public URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    @Override
    public void close() {
        http.stop(0);
    }

    private static final class No extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final int status;
        private final transient ObjectNode problem;

        No(int status, String title, String detail) {
            this.status = status;
            this.problem = json().put("title", title).put("detail", detail).put("status", status);
        }
    }

    static ObjectNode json() {
        return Screen.JSON.createObjectNode();
    }

    private void handle(HttpExchange x) throws IOException {
        try (x) {
            byte[] body = x.getRequestBody().readAllBytes();
            asked.add(x.getRequestMethod() + " " + x.getRequestURI());
            tokens.add(String.valueOf(x.getRequestHeaders().getFirst("Authorization")));
            int status = 200;
            JsonNode answer;
            try {
                answer = route(x, body);
                status = x.getRequestMethod().equals("DELETE") ? 204 : 200;
            } catch (No no) {
                status = no.status;
                answer = no.problem;
            }
            byte[] bytes = answer.isMissingNode()
                    ? new byte[0]
                    : answer.isString()
                            ? answer.stringValue().getBytes(StandardCharsets.UTF_8)
                            : Screen.JSON.writeValueAsBytes(answer);
            x.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            x.getResponseBody().write(bytes);
        }
    }

    private static boolean isUpload(HttpExchange x) {
        return String.valueOf(x.getRequestHeaders().getFirst("Content-Type")).startsWith("multipart/form-data");
    }

    /** What is said of a function, and how many bytes its code has: the second part, up to the last boundary. */
    private static JsonNode uploaded(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String boundary = text.substring(0, text.indexOf("\r\n"));
        String[] parts = text.split(java.util.regex.Pattern.quote(boundary), -1);
        ObjectNode sent = (ObjectNode) Screen.JSON.readTree(content(parts[1]).getBytes(StandardCharsets.ISO_8859_1));
        sent.putObject("code").put("bytes", content(parts[2]).length());
        return sent;
    }

    private static String content(String part) {
        return part.substring(part.indexOf("\r\n\r\n") + 4, part.length() - 2);
    }

    private JsonNode route(HttpExchange x, byte[] body) {
        String method = x.getRequestMethod();
        String[] path = x.getRequestURI().getPath().substring(1).split("/");
        JsonNode sent =
                isUpload(x) ? uploaded(body) : body.length == 0 || body[0] != '{' ? json() : Screen.JSON.readTree(body);
        if (path[0].equals("health")) {
            if (!troubles.isEmpty()) {
                No down = new No(503, "", "");
                down.problem.put("status", "down").set("troubles", troubles);
                throw down;
            }
            return json().put("status", "up");
        }
        return switch (path[2]) {
            case "usage" -> PaperAnswers.usage();
            case "nodes" -> PaperAnswers.nodes(path);
            case "plugins" -> PaperAnswers.plugins(method, path, body, sent);
            case "executions" ->
                path.length == 3
                        ? list(List.copyOf(executions.values()))
                        : path[path.length - 1].equals("timeline")
                                ? PaperAnswers.timeline(x, happened)
                                : execution(path);
            case "functions", "functions:import" -> functions(x, method, path, sent);
            default ->
                throw new No(404, "There is no such thing", x.getRequestURI().toString());
        };
    }

    private JsonNode execution(String[] path) {
        ObjectNode found = executions.get(path[3]);
        if (found == null) {
            throw new No(404, "There is no such thing", "No execution " + path[3]);
        }
        if (path.length == 5 && path[4].equals("breakpoints")) {
            No elsewhere = new No(409, "Not possible in its state", "It is carried by the node \"b\"; ask there");
            elsewhere.problem.put("node", "b");
            throw elsewhere;
        }
        if (path.length == 5 && path[4].equals("snapshots")) {
            return list(List.of(json().put("number", 1)
                    .put("kind", "checkpoint")
                    .put("label", "half")
                    .put("at", "2026-11-21T12:00:00Z")
                    .put("version", 1)));
        }
        return found;
    }

    static ObjectNode list(List<ObjectNode> items) {
        ObjectNode list = json();
        ArrayNode array = list.putArray("items");
        items.forEach(array::add);
        return list;
    }

    private JsonNode functions(HttpExchange x, String method, String[] path, JsonNode sent) {
        if (path[2].equals("functions:import")) {
            ObjectNode made = json().put("name", "hello-you");
            made.putArray("versions").add(1).add(2);
            made.putArray("aliases").add("live");
            return made;
        }
        if (path.length == 4 && path[3].endsWith(":export")) {
            return Screen.JSON.getNodeFactory().stringNode("PK of " + path[3]);
        }
        if (path.length == 3) {
            return method.equals("POST")
                    ? create((ObjectNode) sent)
                    : list(functions.values().stream().map(Function::body).toList());
        }
        Function function = functions.get(path[3]);
        if (function == null) {
            throw new No(404, "There is no such thing", "No function \"" + path[3] + "\"");
        }
        if (path.length == 4) {
            if (method.equals("DELETE")) {
                functions.remove(path[3]);
                return Screen.JSON.missingNode();
            }
            return function.body;
        }
        return switch (path[4]) {
            case "invoke" -> invoke(x, function, sent);
            case "versions" -> versions(method, path, function, sent);
            case "aliases" -> aliases(method, path, function, sent);
            case "logs" -> PaperAnswers.logs(x);
            default -> throw new No(404, "There is no such thing", path[4]);
        };
    }

    private ObjectNode create(ObjectNode sent) {
        if (sent.has("files")) {
            throw new No(400, "The request cannot be read", "files: unknown field");
        }
        Function function = new Function(sent, new TreeMap<>(), new ConcurrentHashMap<>());
        add(function, sent);
        functions.put(sent.get("name").stringValue(), function);
        return sent;
    }

    private static ObjectNode add(Function function, ObjectNode sent) {
        int number = function.versions.size() + 1;
        ObjectNode version = sent.deepCopy().put("version", number).put("versionString", "v" + number);
        function.versions.put(number, version);
        return version;
    }

    private static JsonNode versions(String method, String[] path, Function function, JsonNode sent) {
        if (method.equals("POST") && path.length == 5) {
            if (sent.has("name")) {
                throw new No(400, "The request cannot be read", "name: unknown field");
            }
            return add(function, (ObjectNode) sent);
        }
        if (path.length == 5) {
            return list(List.copyOf(function.versions.values()));
        }
        ObjectNode found = function.versions.get(Integer.parseInt(path[5].split(":")[0].replace("v", "")));
        if (found == null) {
            throw new No(404, "There is no such thing", "No version " + path[5]);
        }
        return found;
    }

    private static JsonNode aliases(String method, String[] path, Function function, JsonNode sent) {
        String name = path.length > 5 ? path[5] : sent.path("name").asString("");
        if (path.length == 5 && method.equals("GET")) {
            return list(List.copyOf(function.aliases.values()));
        }
        if (method.equals("GET") || method.equals("DELETE")) {
            ObjectNode found = method.equals("GET") ? function.aliases.get(name) : function.aliases.remove(name);
            if (found == null) {
                throw new No(404, "There is no such thing", "No alias " + name);
            }
            return found;
        }
        if (method.equals("POST") == function.aliases.containsKey(name)) {
            throw new No(409, "It conflicts with what is there", name);
        }
        ObjectNode alias = ((ObjectNode) sent).deepCopy().put("name", name);
        if (alias.has("version")) {
            alias.putObject("weights").put(alias.get("version").asString(), 100);
        }
        function.aliases.put(name, alias);
        return alias;
    }

    private JsonNode invoke(HttpExchange x, Function function, JsonNode sent) {
        if (sent.path("forced").isString()) {
            No no = new No(422, "The input does not fit", "/forced: expected a boolean, but was \"maybe\"");
            no.problem
                    .put("code", "validation")
                    .put("traceId", "0123")
                    .putArray("errors")
                    .addObject()
                    .put("path", "/forced")
                    .put("message", "expected a boolean")
                    .put("value", "\"maybe\"");
            throw no;
        }
        int call = calls.incrementAndGet();
        // an alias sends every fourth call to the newest version
        int version = call % 4 == 0 ? function.versions.lastKey() : 1;
        String id = "00000000-0000-7000-8000-%012d".formatted(call);
        executions.put(
                id,
                json().put("id", id)
                        .put("function", function.body.get("name").stringValue())
                        .put("version", version)
                        .put("status", "gts.x.core.faas.status.v1~x.core._.succeeded.v1~"));
        x.getResponseHeaders().set("X-Execution-Id", id);
        x.getResponseHeaders().set("X-Dovetail-Version", "v" + version);
        return json().put("version", version)
                .put("query", String.valueOf(x.getRequestURI().getQuery()))
                .set("input", sent);
    }
}
