package dev.dovetail.cli.local;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends the requests of a function that runs on its author's own machine: anywhere, that machine's own services too. Answers
 * in the shapes that the server answers in.
 */
final class LocalHttp implements AutoCloseable {
    private static final int LARGEST = 6 * 1024 * 1024;
    private static final Set<String> NOT_THE_CODES =
            Set.of("host", "content-length", "connection", "upgrade", "expect", "transfer-encoding");

    private final Schemas schemas;
    private final LocalSecrets secrets;
    private volatile Optional<HttpClient> client = Optional.empty();

    LocalHttp(Schemas schemas, LocalSecrets secrets) {
        this.schemas = schemas;
        this.secrets = secrets;
    }

    HostReply send(HostCall.Http call) throws InterruptedException {
        int attempts = Math.clamp(call.retry().maxAttempts(), 1, 10);
        HostReply reply = attempt(call);
        for (int i = 1; i < attempts && mayBetter(reply); i++) {
            Thread.sleep(call.retry().backoff().multipliedBy(1L << Math.min(i - 1, 10)));
            reply = attempt(call);
        }
        return reply;
    }

    private boolean mayBetter(HostReply reply) {
        return switch (reply) {
            case HostReply.Refused refused -> refused.fault().owner() == Owner.DEPENDENCY;
            case HostReply.Value value -> {
                int status = schemas.parse(value.json()).get("status").intValue();
                yield status == 429 || status >= 500;
            }
            case HostReply.Run _ -> false;
        };
    }

    private HostReply attempt(HostCall.Http call) throws InterruptedException {
        String scheme = call.uri().replaceFirst(":.*", "").toLowerCase(Locale.ROOT);
        try {
            URI uri = new URI(call.uri());
            if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
                return refused("Not an http or https URL with a host: \"" + call.uri() + "\"");
            }
            HttpResponse<byte[]> response = client().send(
                            request(call, uri), _ -> BodySubscribers.limiting(BodySubscribers.ofByteArray(), LARGEST));
            return value(response);
        } catch (java.net.URISyntaxException e) {
            return refused("Not a URL: \"" + call.uri() + "\": " + e.getReason());
        } catch (IllegalArgumentException e) {
            return refused("The request cannot be sent: " + e.getMessage());
        } catch (HttpTimeoutException e) {
            return gone(
                    "timeout",
                    call,
                    "No answer from " + call.uri() + " within " + call.timeout().toMillis() + " ms");
        } catch (IOException e) {
            return gone(
                    "no_connection",
                    call,
                    "No answer from " + call.uri() + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        }
    }

    private HttpRequest request(HostCall.Http call, URI uri) {
        byte[] body = call.body().isEmpty()
                ? new byte[0]
                : secrets.all().isEmpty()
                        ? call.body().toArray()
                        : filled(call.body().text()).getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(call.timeout())
                .method(call.method(), body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        call.headers().forEach((name, values) -> {
            if (!NOT_THE_CODES.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(each -> request.header(name, filled(each)));
            }
        });
        return request.build();
    }

    private String filled(String text) {
        return Secret.fill(text, secrets.in(text));
    }

    private synchronized HttpClient client() {
        if (client.isEmpty()) {
            client = Optional.of(HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(Duration.ofSeconds(10))
                    .build());
        }
        return client.get();
    }

    private HostReply value(HttpResponse<byte[]> response) {
        ObjectNode json = schemas.object().put("status", response.statusCode());
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(response.headers().map()).forEach((name, values) -> headers.put(name, String.join(", ", values)));
        json.put("body", new String(response.body(), StandardCharsets.UTF_8));
        return new HostReply.Value(schemas.bytes(json));
    }

    private static HostReply refused(String message) {
        return new HostReply.Refused(Fault.of(Fault.PERMISSION_DENIED, Owner.FUNCTION, message));
    }

    private HostReply gone(String kind, HostCall.Http call, String message) {
        return new HostReply.Refused(new Fault(
                Fault.HTTP_TRANSPORT + "x.core._." + kind + ".v1~",
                Owner.DEPENDENCY,
                message,
                schemas.bytes(schemas.object().put("url", call.uri())),
                Optional.empty()));
    }

    @Override
    public void close() {
        client.ifPresent(HttpClient::shutdownNow);
    }
}
