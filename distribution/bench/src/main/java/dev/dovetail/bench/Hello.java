package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The reference: a bare Node server that reads what it is sent and says hello. */
final class Hello {
    private static final String SCRIPT = """
            const server = require('http').createServer((request, response) => {
              request.on('data', () => {});
              request.on('end', () => response.end('hello'));
            });
            server.listen(0, '127.0.0.1', () => console.log('ready http://127.0.0.1:' + server.address().port));
            """;

    private Hello() {}

    /** Empty if there is no Node on the path. */
    static Optional<Subject> start() {
        boolean there = List.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node")));
        if (!there) {
            return Optional.empty();
        }
        try {
            Path errors = Subject.log("node");
            return Optional.of(Subject.start(List.of("node", "-e", SCRIPT), errors));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
