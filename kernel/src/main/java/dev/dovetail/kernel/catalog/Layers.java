package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Entry;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Key.Space;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shared files beside functions' code. A version of a layer never changes; what it is made of is kept once, however many
 * layers and functions have it. Kept at {@code t/<tenant>/layer/<name>/<version>}.
 */
final class Layers {
    private static final int MOST_OF_A_VERSION = 5;
    private static final long LARGEST_TOGETHER = 250L * 1024 * 1024;
    static final int MOST_VERSIONS = 1000;
    private static final int PAGE = 1000;
    private static final int TRIES = 20;

    private final Slot<StateStore> state;
    private final Claims claims;
    private final Schemas schemas;

    Layers(Slot<StateStore> state, Claims claims, Schemas schemas) {
        this.state = state;
        this.claims = claims;
        this.schemas = schemas;
    }

    /** @throws Refusal if this cannot be a layer's archive, as far as it can be told without unpacking it */
    private static void check(byte[] archive) {
        if (archive.length > Archive.LARGEST) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The archive has " + archive.length + " bytes; the most is " + Archive.LARGEST);
        }
        Archive.check(archive);
    }

    /** Adds a version, and answers what is known of it. */
    ObjectNode add(Principal by, Name name, String description, byte[] archive, boolean dryRun, Instant now)
            throws InterruptedException {
        check(archive);
        if (dryRun) {
            return schemas.object().put("name", name.text()).put("dryRun", true);
        }
        Name tenant = by.tenant();
        Digest digest = Digest.of(archive);
        Claim claim = claims.on(tenant, List.of(archive));
        long size = unpacked(claims.code().directory(tenant, digest));
        for (int i = 0; i < TRIES; i++) {
            int number = newest(tenant, name).map(Layers::number).orElse(0) + 1;
            if (number > MOST_VERSIONS) {
                throw Refusal.of(ErrorType.QUOTA_EXCEEDED, "The layer has " + MOST_VERSIONS + " versions, the most");
            }
            ObjectNode json = schemas.object()
                    .put("schema", 1)
                    .put("name", name.text())
                    .put("version", number)
                    .put("description", description)
                    .put("digest", digest.hex())
                    .put("unpackedBytes", size)
                    .put("createdBy", by.id())
                    .put("createdAt", now.toString());
            Bytes document = schemas.bytes(json);
            CommitId id = CommitId.fresh();
            Committed answer = state.use(store -> store.commit(
                    id,
                    List.of(claim.check(), new Change.Put(key(tenant, name, number), document, Expectation.absent()))));
            if (answer instanceof Committed.Done) {
                return json;
            }
            claim.renew(answer);
        }
        throw Refusal.of(ErrorType.CONFLICT, "Others add versions to this layer all the time; try again");
    }

    private static long unpacked(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            long size = 0;
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                size += Files.size(each);
            }
            return size;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The newest version of each layer, by name. */
    List<JsonNode> all(Name tenant) throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        for (JsonNode each : read(root(tenant))) {
            if (!all.isEmpty() && all.getLast().get("name").equals(each.get("name"))) {
                all.removeLast();
            }
            all.add(each);
        }
        return all;
    }

    /** All versions of a layer, the oldest first; empty if there is no such layer. */
    List<JsonNode> versions(Name tenant, Name name) throws InterruptedException {
        return read(root(tenant) + name + "/");
    }

    private List<JsonNode> read(String prefix) throws InterruptedException {
        List<JsonNode> found = new ArrayList<>();
        Range range = Range.prefix(Space.STATE, prefix);
        while (true) {
            Range from = range;
            List<Entry> page = state.use(store -> List.copyOf(store.list(from, PAGE)));
            page.forEach(entry -> found.add(schemas.parse(entry.value())));
            if (page.size() < PAGE) {
                return found;
            }
            range = range.after(page.getLast().key().path());
        }
    }

    private Optional<JsonNode> newest(Name tenant, Name name) throws InterruptedException {
        List<JsonNode> versions = versions(tenant, name);
        return versions.isEmpty() ? Optional.empty() : Optional.of(versions.getLast());
    }

    static int number(JsonNode layer) {
        return layer.get("version").intValue();
    }

    /** The layers that a version asks for, each {@code name} or {@code name:version}; those of the version before if none are named. */
    List<Version.Layer> of(Name tenant, JsonNode asked, Optional<List<Version.Layer>> before)
            throws InterruptedException {
        if (!asked.isArray()) {
            return before.orElse(List.of());
        }
        List<Version.Layer> layers = new ArrayList<>();
        long size = 0;
        for (int i = 0; i < asked.size(); i++) {
            String text = asked.get(i).stringValue();
            JsonNode layer = find(tenant, text).orElseThrow(() -> noLayer(text));
            size += layer.get("unpackedBytes").longValue();
            layers.add(new Version.Layer(
                    Name.of(layer.get("name").stringValue()),
                    number(layer),
                    new Digest(layer.get("digest").stringValue())));
        }
        if (layers.size() > MOST_OF_A_VERSION || size > LARGEST_TOGETHER) {
            throw Refusal.field(
                    ErrorType.VALIDATION,
                    "/layers",
                    "expected " + MOST_OF_A_VERSION + " layers of " + (LARGEST_TOGETHER >> 20)
                            + " MiB together at most",
                    layers.size() + " layers of " + (size >> 20) + " MiB");
        }
        return layers;
    }

    private Optional<JsonNode> find(Name tenant, String text) throws InterruptedException {
        int colon = text.indexOf(':');
        Optional<Name> name = Name.find(colon < 0 ? text : text.substring(0, colon));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (colon < 0) {
            return newest(tenant, name.get());
        }
        Optional<Integer> number = Aliases.number(text.substring(colon + 1));
        if (number.isEmpty()) {
            return Optional.empty();
        }
        Key key = key(tenant, name.get(), number.get());
        return state.use(store -> store.find(key)).map(entry -> schemas.parse(entry.value()));
    }

    private static Refusal noLayer(String text) {
        return Refusal.field(
                ErrorType.VALIDATION,
                "/layers",
                "there is no such layer; expected name or name:version",
                "\"" + text + "\"");
    }

    private static String root(Name tenant) {
        return "t/" + tenant + "/layer/";
    }

    private static Key key(Name tenant, Name name, int number) {
        return Key.state(root(tenant) + name + "/" + String.format(Locale.ROOT, "%09d", number));
    }
}
