package dev.dovetail.cli;

import dev.dovetail.spi.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The server's REST API, as seen from here. Blocks; used by one thread. */
final class Api {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(16);

    private final URI server;
    private final Optional<String> token;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    Api(URI server, Optional<String> token) {
        this.server = server;
        this.token = token;
    }

    /** No server answers there. */
    static final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unreachable(URI server, IOException cause) {
            super(
                    cause instanceof SSLException
                            ? "The server at " + server + " cannot be trusted" + words(cause)
                                    + "; if its certificate is your own, name a key store with it:"
                                    + " DOVETAIL_JAVA_OPTS=\"-Djavax.net.ssl.trustStore=FILE"
                                    + " -Djavax.net.ssl.trustStorePassword=PASSWORD\""
                            : "No server answers at " + server + words(cause) + "; start one with: dovetail start",
                    cause);
        }

        private static String words(IOException cause) {
            return cause instanceof ConnectException || cause.getMessage() == null
                    ? ""
                    : " (" + cause.getMessage() + ")";
        }
    }

    /**
     * An answer that is no refusal.
     *
     * @param body a missing node if there is none
     */
    record Answer(int status, JsonNode body, Map<String, String> headers) {
        /** A header, or the empty text. */
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "");
        }
    }

    /** Whether a server is there at all. */
    boolean answers() {
        try {
            get("/health/live");
            return true;
        } catch (Unreachable _) {
            return false;
        } catch (Refused _) {
            return true;
        }
    }

    URI server() {
        return server;
    }

    JsonNode get(String path) {
        return send("GET", path, BodyPublishers.noBody(), Map.of()).body();
    }

    /** What is there, or nothing if the server does not know it. */
    Optional<JsonNode> find(String path) {
        try {
            return Optional.of(get(path));
        } catch (Refused refused) {
            if (refused.status() == 404) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    Answer post(String path, JsonNode body, Map<String, String> headers) {
        return sendJson("POST", path, body, headers);
    }

    JsonNode post(String path, JsonNode body) {
        return post(path, body, Map.of()).body();
    }

    JsonNode put(String path, JsonNode body) {
        return sendJson("PUT", path, body, Map.of()).body();
    }

    JsonNode delete(String path) {
        return send("DELETE", path, BodyPublishers.noBody(), Map.of()).body();
    }

    JsonNode upload(String path, byte[] bytes, String type) {
        return send("POST", path, BodyPublishers.ofByteArray(bytes), Map.of("Content-Type", type))
                .body();
    }

    /** Sends code beside what is said of it, as it is. */
    JsonNode deploy(String path, JsonNode body, Bytes archive) {
        String boundary = UUID.randomUUID().toString();
        String part = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"";
        BodyPublisher parts = BodyPublishers.concat(
                BodyPublishers.ofString(part + "function\"\r\nContent-Type: application/json\r\n\r\n"
                        + Screen.JSON.writeValueAsString(body) + "\r\n" + part
                        + "code\"\r\nContent-Type: application/zip\r\n\r\n"),
                BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(archive::stream), archive.size()),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        return send("POST", path, parts, Map.of("Content-Type", "multipart/form-data; boundary=" + boundary))
                .body();
    }

    /** What is there, as it is. */
    byte[] download(String path) {
        HttpResponse<byte[]> response = exchange(request(path, Map.of()), BodyHandlers.ofByteArray());
        if (response.statusCode() >= 400) {
            throw new Refused(response.statusCode(), read(response.body()));
        }
        return response.body();
    }

    private Answer sendJson(String method, String path, JsonNode body, Map<String, String> headers) {
        byte[] bytes = Screen.JSON.writeValueAsBytes(body);
        Map<String, String> all = new java.util.HashMap<>(Map.of("Content-Type", "application/json"));
        all.putAll(headers);
        return send(method, path, BodyPublishers.ofByteArray(bytes), all);
    }

    private Answer send(String method, String path, BodyPublisher body, Map<String, String> headers) {
        HttpResponse<byte[]> response =
                exchange(request(path, headers).method(method, body), BodyHandlers.ofByteArray());
        Map<String, String> answered = new java.util.HashMap<>();
        response.headers()
                .map()
                .forEach((name, values) -> answered.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        JsonNode json = read(response.body());
        if (response.statusCode() >= 400) {
            throw new Refused(response.statusCode(), json);
        }
        return new Answer(response.statusCode(), json, answered);
    }

    /** Hands on the data of each event of a stream until it ends. */
    void follow(String path, Consumer<JsonNode> each) {
        stream(
                path,
                Optional.empty(),
                Map.of(),
                event -> each.accept(read(event.data().getBytes(StandardCharsets.UTF_8))));
    }

    /** Hands on each event of what this answers until it ends; sends this, if there is something to send. */
    void stream(String path, Optional<JsonNode> body, Map<String, String> headers, Consumer<EventStream.Event> each) {
        HttpRequest.Builder request = request(path, headers).setHeader("Accept", "text/event-stream");
        body.ifPresent(json -> request.setHeader("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Screen.JSON.writeValueAsBytes(json))));
        HttpResponse<InputStream> response = exchange(request, BodyHandlers.ofInputStream());
        try (InputStream answer = response.body()) {
            if (response.statusCode() >= 400) {
                throw new Refused(response.statusCode(), read(answer.readAllBytes()));
            }
            new EventStream(answer).each(each);
        } catch (IOException e) {
            throw new Unreachable(server, e);
        }
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
        headers.forEach(request::setHeader);
        token.ifPresent(t -> request.setHeader("Authorization", "Bearer " + t));
        return request;
    }

    private <T> HttpResponse<T> exchange(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return client.send(request.build(), handler);
        } catch (IOException e) {
            throw new Unreachable(server, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the server was asked", e);
        }
    }

    private static JsonNode read(byte[] body) {
        if (body.length == 0) {
            return Screen.JSON.missingNode();
        }
        try {
            return Screen.JSON.readTree(body);
        } catch (JacksonException _) {
            // not ours, or a proxy's: as text it can still be shown
            return Screen.JSON.createObjectNode().put("detail", new String(body, StandardCharsets.UTF_8));
        }
    }

    /** A piece of a path or query, with what has a meaning there escaped. */
    static String escaped(String piece) {
        return URLEncoder.encode(piece, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
