package dev.dovetail.kernel.http;

import dev.dovetail.spi.Config;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.IntSupplier;

/** Under which address people reach the system: {@code http.public-url}, or else the listener's own. */
final class PublicAddress {
    private final Optional<URI> told;
    private final String host;
    private final boolean tls;
    private final IntSupplier port;

    /** @param port of the listener, asked for once it serves */
    PublicAddress(Config http, IntSupplier port) {
        this.told = http.has("public-url") ? Optional.of(checked(http.text("public-url"))) : Optional.empty();
        this.host = http.text("host");
        this.tls = http.has("tls");
        this.port = port;
    }

    private static URI checked(String text) {
        String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        try {
            URI uri = URI.create(bare);
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new IllegalArgumentException("http.public-url is \"" + text
                + "\"; expected http:// or https:// with a host, and no query, such as https://functions.example.org");
    }

    /** The name by which a request may call the system because of it. */
    Optional<String> name() {
        return told.map(URI::getHost);
    }

    /** This path, for people. */
    String of(String path) {
        return told.map(URI::toString).orElseGet(this::listener) + path;
    }

    private String listener() {
        return at(isAny() ? "localhost" : host);
    }

    private boolean isAny() {
        return host.equals("0.0.0.0") || host.equals("::");
    }

    private String at(String name) {
        String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
        return (tls ? "https://" : "http://") + bracketed + ":" + port.getAsInt();
    }

    /** The listener's own address for other nodes: one that listens everywhere is reached at an address of its machine. */
    String node() {
        return at(isAny() ? machine().orElse("localhost") : host);
    }

    /** Without asking for a name, which may take long where names are not served. */
    private static Optional<String> machine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress() && !it.isMulticastAddress())
                    .min(Comparator.comparing(it -> it instanceof Inet4Address ? 0 : 1))
                    .map(InetAddress::getHostAddress)
                    .map(it -> it.replaceAll("%.*", ""));
        } catch (SocketException e) {
            return Optional.empty();
        }
    }
}
