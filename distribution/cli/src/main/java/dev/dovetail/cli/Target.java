package dev.dovetail.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say which server is meant, and how its answer is wanted. */
final class Target {
    private static final URI USUAL = URI.create("http://127.0.0.1:8080");
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "[::1]");

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "The server (default: $DOVETAIL_SERVER, else the one that runs on the data folder, else "
                    + "http://127.0.0.1:8080).")
    private Optional<String> server;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Your token (default: $DOVETAIL_TOKEN, else the file token in the data folder).")
    private Optional<String> token;

    @Option(names = "--json", description = "Answer in JSON, for programs.")
    private boolean json;

    @picocli.CommandLine.Mixin
    private DataFolder data = new DataFolder();

    @picocli.CommandLine.Spec(picocli.CommandLine.Spec.Target.MIXEE)
    private picocli.CommandLine.Model.CommandSpec spec;

    boolean json() {
        return json;
    }

    /** Whether a server was named: by an option, or in the environment. */
    boolean named() {
        return server.isPresent() || environment("DOVETAIL_SERVER").isPresent();
    }

    /** The server that runs on the data folder, if one does. */
    Optional<Api> running() {
        return data.address()
                .map(address -> new Api(
                        address,
                        token.or(() -> environment("DOVETAIL_TOKEN"))
                                .map(this::clean)
                                .or(data::token)))
                .filter(Api::answers);
    }

    /** The data folder of a server on this machine. */
    DataFolder data() {
        return data;
    }

    Api api() {
        Optional<URI> chosen = server.or(() -> environment("DOVETAIL_SERVER")).map(this::url);
        URI there = chosen.or(() -> data.address()).orElse(USUAL);
        // the local token is for the local server: another one that is named by hand must not learn it
        boolean local = chosen.isEmpty() || LOOPBACK.contains(there.getHost());
        Optional<String> known = token.or(() -> environment("DOVETAIL_TOKEN")).map(this::clean);
        return new Api(there, local ? known.or(data::token) : known);
    }

    private URI url(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null && uri.getScheme().matches("https?") && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new ParameterException(
                spec.commandLine(),
                "Not a server's URL: \"" + Screen.plain(text) + "\"; expected one such as http://127.0.0.1:8080");
    }

    /** A token as a header can hold it. It is not said in an error. */
    private String clean(String given) {
        String text = given.strip();
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The token cannot be used: expected visible characters of ASCII and no space among them");
        }
        return text;
    }

    private static Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    /** The folder in which a server keeps everything: also its token, and its address while it runs. */
    static final class DataFolder {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The server's data folder (default: $DOVETAIL_DATA, else ./dovetail-data).")
        private Optional<Path> data;

        DataFolder() {
            this(Optional.empty());
        }

        DataFolder(Optional<Path> data) {
            this.data = data;
        }

        Path path() {
            return data.or(() -> environment("DOVETAIL_DATA").map(Path::of))
                    .orElse(Path.of("dovetail-data"))
                    .toAbsolutePath()
                    .normalize();
        }

        Optional<String> token() {
            return read("token");
        }

        Optional<URI> address() {
            return read("address").map(URI::create);
        }

        private Optional<String> read(String file) {
            try {
                return Optional.of(Files.readString(path().resolve(file)).strip())
                        .filter(text -> !text.isEmpty());
            } catch (IOException _) {
                return Optional.empty();
            }
        }
    }
}
