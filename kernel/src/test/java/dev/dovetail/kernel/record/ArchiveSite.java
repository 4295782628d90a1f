package dev.dovetail.kernel.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.Passing;
import dev.dovetail.kernel.durable.journal.Packed;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.testkit.store.InMemoryStateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** Records with an archive, and what is in it. */
final class ArchiveSite implements AutoCloseable {
    static final Schemas SCHEMAS = new Schemas();
    static final Name OTHER = Name.of("other");
    static final Instant OLD = Calls.NOON.minus(Duration.ofDays(10));
    private static final Range OLD_ROWS = new Range(Key.Space.HISTORY, "", "20261114", false);

    final Store state = new Store();
    final Path archived;
    final Archive archive;
    final Plugins plugins;
    final Records records;
    boolean sweeps = true;

    /** A state store that dies when it is to drop something, or in which something arrives while it is read. */
    static final class Store implements Passing {
        final StateStore it = new InMemoryStateStore();
        boolean dropsNothing;
        Optional<Change> arriving = Optional.empty();
        private int readings;

        @Override
        public StateStore it() {
            return it;
        }

        @Override
        public void drop(Range range) {
            if (dropsNothing) {
                throw new PluginException(PluginException.Kind.UNAVAILABLE, "it died");
            }
            it.drop(range);
        }

        @Override
        public List<Entry> list(Range range, int limit) {
            List<Entry> found = it.list(range, limit);
            // read once to find the day, and then to copy it: it comes when it has been passed
            if (!found.isEmpty() && arriving.isPresent() && ++readings == 2) {
                it.commit(CommitId.fresh(), List.of(arriving.get()));
                arriving = Optional.empty();
            }
            return found;
        }
    }

    ArchiveSite(Path folder) throws IOException, InterruptedException {
        plugins = Lent.plugins(folder, state);
        archived = Files.createDirectory(folder.resolve("archive"));
        archive = new Archive(Optional.of(archived), SCHEMAS, Packed::unpack);
        records = new Records(
                plugins.state(),
                Thread.ofPlatform().daemon().factory(),
                () -> Calls.NOON,
                () -> Calls.NOON,
                "test",
                archive,
                () -> sweeps);
        records.start();
    }

    @Override
    public void close() {
        records.close();
        plugins.close();
    }

    static Execution of(Name tenant, Execution it) {
        return new Execution(
                it.id(),
                tenant,
                it.function(),
                it.version(),
                it.plugin(),
                it.status(),
                it.mode(),
                it.initiator(),
                it.correlationId(),
                it.traceId(),
                it.createdAt(),
                it.queued(),
                it.duration(),
                it.usage(),
                it.coldStart(),
                it.error(),
                Optional.of(Bytes.utf8("{\"for\":\"" + tenant + "\"}")),
                it.outputSize(),
                it.logs());
    }

    /** Their ids. */
    Set<String> added(Name tenant, Instant at, int count) throws InterruptedException {
        Set<String> ids = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            Execution each = of(tenant, Calls.quick(at.plusMillis(i)));
            records.add(each);
            ids.add(each.id());
        }
        records.addDurably(of(tenant, Calls.quick(Calls.NOON)));
        return ids;
    }

    static Change put(String path, Bytes value) {
        return new Change.Put(Key.history(path), value, Expectation.anything());
    }

    List<Path> files(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(place)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    List<JsonNode> lines(String under) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (Path each : files(archived.resolve(under))) {
            assertTrue(each.toString().endsWith(".ndjson.gz"), each.toString());
            try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(each))) {
                new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(line -> {
                    lines.add(SCHEMAS.parse(line));
                    if (!line.contains("\"chain\"")) {
                        String tenant = lines.getLast().get("tenant").stringValue();
                        assertTrue(each.getFileName().toString().startsWith(tenant + "-"), "one tenant a file");
                    }
                });
            }
        }
        return lines;
    }

    static Set<String> ids(List<JsonNode> lines, String tenant) {
        return lines.stream()
                .filter(line -> line.get("tenant").stringValue().equals(tenant))
                .map(line -> line.get("id").stringValue())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    boolean nothingOldIsLeft() {
        return state.it.list(OLD_ROWS, 1).isEmpty();
    }
}
