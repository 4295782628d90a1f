package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference for functions in JavaScript: Cloudflare's {@code workerd}, which runs them in isolates of one process and without a
 * sandbox, from a folder in which npm has installed it. At {@code /} is a function of one line; each call of {@code /cold} loads
 * another one that there was not before and calls it.
 */
final class Workerd {
    private static final Pattern LISTENS = Pattern.compile(".*\"event\":\"listen\".*\"port\":(\\d+).*");

    private static final String CONFIGURATION = """
            using Workerd = import "/workerd/workerd.capnp";
            const config :Workerd.Config = (
              services = [(name = "main", worker = .main)],
              sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
            );
            const main :Workerd.Worker = (
              modules = [(name = "main", esModule = embed "main.js")],
              bindings = [(name = "LOADER", workerLoader = ())],
              compatibilityDate = "2025-01-01"
            );
            """;

    private static final String SCRIPT = """
            let loaded = 0;
            export default {
              async fetch(request, env) {
                if (new URL(request.url).pathname === '/cold') {
                  loaded++;
                  const source = `export default {async fetch(request) {
                    const event = await request.json();
                    return Response.json({hello: event.name});
                  }} // ${loaded}`;
                  const worker = env.LOADER.get('function-' + loaded, () => ({
                    compatibilityDate: '2025-01-01', mainModule: 'main.js', modules: {'main.js': source},
                  }));
                  return worker.getEntrypoint().fetch(request);
                }
                const event = await request.json();
                return Response.json({hello: event.name});
              },
            };
            """;

    private Workerd() {}

    /**
     * @param folder with {@code node_modules} that hold it
     * @throws IllegalArgumentException if they do not
     */
    static Path require(Path folder) {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "64";
        Path binary = folder.resolve("node_modules/@cloudflare/workerd-linux-" + machine + "/bin/workerd");
        if (!Files.isExecutable(binary)) {
            throw new IllegalArgumentException(
                    "There is no workerd at " + binary + "; npm install --prefix " + folder + " workerd puts it there");
        }
        return binary;
    }

    static Subject start(Path folder) {
        Path binary = require(folder);
        try {
            Path configuration = folder.resolve("one-line.capnp");
            Files.writeString(configuration, CONFIGURATION);
            Files.writeString(folder.resolve("main.js"), SCRIPT);
            List<String> command =
                    List.of(binary.toString(), "serve", configuration.toString(), "--experimental", "--control-fd=1");
            return Subject.start(command, Subject.log("workerd"), Workerd::port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Integer> port(String line) {
        Matcher said = LISTENS.matcher(line);
        return said.matches() ? Optional.of(Integer.valueOf(said.group(1))) : Optional.empty();
    }
}
