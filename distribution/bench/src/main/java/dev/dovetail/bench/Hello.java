package dev.dovetail.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The reference: a bare Node server that reads what it is sent and says hello; at {@code /digest} it does what the example does, without
 * contract, rights or record.
 */
final class Hello {
    private static final String SCRIPT = """
            const counted = (all, key) => {
              const count = new Map();
              for (const each of all) count.set(key(each), (count.get(key(each)) ?? 0) + 1);
              return [...count].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
            };
            const digest = push => {
              const commits = push.commits.filter(each => each.distinct);
              const touched = new Set(commits.flatMap(each => [...each.added, ...each.modified, ...each.removed]));
              const files = [...touched].sort();
              const reasons = [];
              if (push.forced) reasons.push('history was rewritten');
              if (files.length > 40) reasons.push(`${files.length} files were touched`);
              for (const word of ['auth', 'billing', 'migrations', 'security']) {
                const hit = files.filter(path => path.split('/').slice(0, -1).includes(word));
                if (hit.length > 0) reasons.push(`${word}: ${hit.join(', ')}`);
              }
              return {
                repository: push.repository.full_name,
                branch: push.ref.replace(/^refs\\/(heads|tags)\\//, ''),
                commits: commits.length,
                authors: counted(commits, each => each.author.name).map(([name, commits]) => ({name, commits})),
                folders: counted(files, path => path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.')
                  .map(([folder, files]) => ({folder, files})),
                review: {needed: reasons.length > 0, reasons},
              };
            };
            const server = require('http').createServer((request, response) => {
              if (request.url !== '/digest') {
                request.on('data', () => {});
                request.on('end', () => response.end('hello'));
                return;
              }
              const pieces = [];
              request.on('data', piece => pieces.push(piece));
              request.on('end', () => response.end(JSON.stringify(digest(JSON.parse(Buffer.concat(pieces))))));
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
