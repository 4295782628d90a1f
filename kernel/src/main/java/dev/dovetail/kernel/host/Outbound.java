package dev.dovetail.kernel.host;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends the requests of functions: only to addresses that the guard admits, each redirect checked anew, at the most so often
 * and so large. A name is resolved once, and the address that was checked is the one connected to.
 */
final class Outbound implements AutoCloseable {
    private static final int MOST_REDIRECTS = 5;
    private static final int LARGEST = 6 * 1024 * 1024;
    private static final Set<String> NOT_THE_CODES =
            Set.of("host", "content-length", "connection", "upgrade", "expect", "transfer-encoding", "traceparent");
    private static final String CIRCUIT_OPEN = transport("circuit_open");
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Guard guard;
    private final Breakers breakers;
    private final Secrets secrets;
    private final Schemas schemas;
    private final HttpClients clients = new HttpClients();

    Outbound(Guard guard, Breakers breakers, Secrets secrets, Schemas schemas) {
        this.breakers = breakers;
        this.secrets = secrets;
        this.guard = guard;
        this.schemas = schemas;
    }

    /** The client, made at the first request: most kernels start without needing one at once. */
    private static final class HttpClients {
        private volatile Optional<HttpClient> made = Optional.empty();

        HttpClient one() {
            if (made.isEmpty()) {
                synchronized (this) {
                    if (made.isEmpty()) {
                        made = Optional.of(HttpClient.newBuilder()
                                .followRedirects(HttpClient.Redirect.NEVER)
                                .connectTimeout(Duration.ofSeconds(10))
                                .build());
                    }
                }
            }
            return made.get();
        }
    }

    HostReply send(HostCall.Http call, Running running) throws InterruptedException {
        int attempts = Math.clamp(call.retry().maxAttempts(), 1, 10);
        HostReply reply = attempt(call, running);
        for (int i = 1; i < attempts && mayBetter(reply); i++) {
            Thread.sleep(call.retry().backoff().multipliedBy(1L << Math.min(i - 1, 10)));
            reply = attempt(call, running);
        }
        return reply;
    }

    /** Another try can help against what the network or an overloaded server did. */
    private boolean mayBetter(HostReply reply) {
        return switch (reply) {
            case HostReply.Refused refused ->
                refused.fault().owner() == Owner.DEPENDENCY
                        && !refused.fault().id().equals(CIRCUIT_OPEN);
            case HostReply.Value value -> {
                int status = schemas.parse(value.json()).get("status").intValue();
                yield status == 429 || status >= 500;
            }
            case HostReply.Run run -> false;
        };
    }

    private HostReply attempt(HostCall.Http call, Running running) throws InterruptedException {
        URI uri;
        try {
            uri = new URI(call.uri());
        } catch (java.net.URISyntaxException e) {
            return refused("Not a URL: \"" + call.uri() + "\": " + e.getReason());
        }
        Optional<HostReply> wrong = checked(uri);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        Substitution secret;
        try {
            secret = Substitution.of(call.headers(), call.body(), uri, running, secrets);
        } catch (Substitution.Forbidden e) {
            return refused(e.getMessage());
        }
        String method = call.method();
        Bytes body = call.body();
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            Optional<HostReply> no = checked(uri);
            if (no.isPresent()) {
                return no.get();
            }
            Optional<String> elsewhere = secret.refusal(uri);
            if (i == 0 && elsewhere.isPresent()) {
                return refused(elsewhere.get());
            }
            try {
                HttpResponse<byte[]> response = sent(
                        running.principal().tenant(),
                        uri,
                        request(call, method, uri, body, running, secret, elsewhere.isEmpty()));
                Optional<String> target = response.headers().firstValue("location");
                if (!REDIRECTS.contains(response.statusCode()) || target.isEmpty()) {
                    return value(response);
                }
                uri = uri.resolve(target.get());
                if (response.statusCode() == 303 || response.statusCode() < 303 && method.equals("POST")) {
                    method = "GET";
                    body = Bytes.empty();
                }
            } catch (Pins.Closed e) {
                return refused(e.getMessage());
            } catch (Breakers.Open e) {
                return gone("circuit_open", uri, e.getMessage());
            } catch (UnknownHostException e) {
                return gone("no_connection", uri, "There is no host \"" + uri.getHost() + "\"");
            } catch (HttpTimeoutException e) {
                return gone(
                        "timeout",
                        uri,
                        "No answer from " + uri.getHost() + " within "
                                + call.timeout().toMillis() + " ms");
            } catch (IOException e) {
                return gone("no_connection", uri, "No answer from " + uri.getHost() + ": " + e.getMessage());
            } catch (IllegalArgumentException e) {
                return refused("The request cannot be sent: " + e.getMessage());
            }
        }
        return gone("no_connection", uri, "More than " + MOST_REDIRECTS + " redirects");
    }

    /** Sends it, and keeps in mind how that place answers: what fails there is no answer, and one of 500 or more. */
    private HttpResponse<byte[]> sent(Name tenant, URI uri, HttpRequest request)
            throws IOException, InterruptedException, Pins.Closed, Breakers.Open {
        Breakers.Leave leave = breakers.enter(tenant, uri);
        boolean told = false;
        try (Pins.Pin _ = Pins.hold(uri.getHost(), guard)) {
            HttpResponse<byte[]> response = clients.one().send(request, info -> limited());
            told = true;
            if (response.statusCode() >= 500) {
                leave.failed(new IOException("Status " + response.statusCode()));
            } else {
                leave.answered();
            }
            return response;
        } catch (IOException e) {
            told = true;
            leave.failed(e);
            throw e;
        } finally {
            if (!told) {
                leave.unused();
            }
        }
    }

    private static Optional<HostReply> checked(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
            return Optional.of(refused("Not an http or https URL with a host: \"" + uri + "\""));
        }
        return Optional.empty();
    }

    /** @param trusted whether the secrets may go there; if not, what names them is left out */
    private static HttpRequest request(
            HostCall.Http call,
            String method,
            URI uri,
            Bytes body,
            Running running,
            Substitution secret,
            boolean trusted) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(call.timeout())
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(trusted ? secret.body(body) : body.toArray()));
        call.headers().forEach((name, values) -> {
            if (!NOT_THE_CODES.contains(name.toLowerCase(Locale.ROOT))) {
                values.stream()
                        .filter(each -> trusted || !secret.names(each))
                        .forEach(each -> request.header(name, trusted ? secret.header(each) : each));
            }
        });
        request.header("traceparent", running.traceparent());
        return request.build();
    }

    private static HttpResponse.BodySubscriber<byte[]> limited() {
        return HttpResponse.BodySubscribers.limiting(HttpResponse.BodySubscribers.ofByteArray(), LARGEST);
    }

    private HostReply value(HttpResponse<byte[]> response) {
        ObjectNode json = schemas.object().put("status", response.statusCode());
        ObjectNode headers = json.putObject("headers");
        new TreeMap<>(response.headers().map()).forEach((name, values) -> headers.put(name, String.join(", ", values)));
        json.put("body", new String(response.body(), StandardCharsets.UTF_8));
        return new HostReply.Value(schemas.bytes(json));
    }

    private static HostReply refused(String message) {
        return Hosts.refused(Fault.PERMISSION_DENIED, message);
    }

    private static String transport(String kind) {
        return Fault.HTTP_TRANSPORT + "x.core._." + kind + ".v1~";
    }

    private HostReply gone(String kind, URI uri, String message) {
        return new HostReply.Refused(new Fault(
                transport(kind),
                Owner.DEPENDENCY,
                message,
                schemas.bytes(schemas.object().put("url", uri.toString())),
                Optional.empty()));
    }

    @Override
    public void close() {
        clients.made.ifPresent(HttpClient::shutdownNow);
    }
}
