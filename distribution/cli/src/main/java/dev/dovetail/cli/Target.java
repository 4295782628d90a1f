package dev.dovetail.cli;

import java.io.IOException;
import java.net.URI;
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
    private Optional<URI> server;

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
                        address, token.or(() -> environment("DOVETAIL_TOKEN")).or(data::token)))
                .filter(Api::answers);
    }

    /** The data folder of a server on this machine. */
    DataFolder data() {
        return data;
    }

    Api api() {
        Optional<URI> chosen = server.or(() -> environment("DOVETAIL_SERVER").map(URI::create));
        chosen.filter(uri -> uri.getScheme() == null || !uri.getScheme().startsWith("http") || uri.getHost() == null)
                .ifPresent(uri -> {
                    throw new ParameterException(
                            spec.commandLine(),
                            "Not a server's URL: \"" + uri + "\"; expected one such as http://127.0.0.1:8080");
                });
        URI there = chosen.or(() -> data.address()).orElse(USUAL);
        // the local token is for the local server: another one that is named by hand must not learn it
        boolean local = chosen.isEmpty() || LOOPBACK.contains(there.getHost());
        Optional<String> known = token.or(() -> environment("DOVETAIL_TOKEN"));
        return new Api(there, local ? known.or(data::token) : known);
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
