package dev.dovetail.kernel.fleet;

import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Uploaded;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The jars that all nodes are to have, in the blob store. */
final class Jars {
    /** Whose blobs they are: no tenant's. */
    static final Name OWNER = Name.of("plugins");

    private final Plugins plugins;

    Jars(Plugins plugins) {
        this.plugins = plugins;
    }

    static Optional<PluginView.VersionView> here(Plugins plugins, Name id, String version) {
        return plugins.find(id).stream()
                .flatMap(view -> view.versions().stream())
                .filter(each -> each.version().equals(version))
                .findFirst();
    }

    /** Puts those of the versions that this node has where others find them; the same again costs a comparison. */
    void keep(Name id, Map<String, Digest> versions) throws IOException, InterruptedException {
        for (Map.Entry<String, Digest> each : versions.entrySet()) {
            Optional<Path> file = plugins.file(id, each.getKey());
            if (file.isPresent()) {
                try (InputStream jar = Files.newInputStream(file.get())) {
                    plugins.blobs().use(store -> store.put(OWNER, jar));
                }
            }
        }
    }

    /** Puts a version on this node's shelf, if it is not there. Answers why it could not. */
    Optional<String> fetch(Name id, String version, Digest digest) throws IOException, InterruptedException {
        Optional<PluginView.VersionView> here = here(plugins, id, version);
        if (here.isPresent()) {
            return here.get().sha256().equals(digest)
                    ? Optional.empty()
                    : Optional.of(
                            "another build of " + id + " " + version + " is installed on this node, with the digest "
                                    + here.get().sha256() + "; agreed on is " + digest);
        }
        Path part = Files.createTempFile("dovetail-plugin", ".jar");
        try {
            boolean found;
            try (OutputStream target = Files.newOutputStream(part)) {
                found = plugins.blobs().use(store -> store.copy(OWNER, digest, target));
            }
            if (!found) {
                return Optional.of("the jar of " + id + " " + version + " (" + digest
                        + ") is neither on this node nor in the blob store; do all nodes have the same one?");
            }
            try (InputStream jar = Files.newInputStream(part)) {
                return plugins.keep(jar) instanceof Uploaded.Refused refused
                        ? Optional.of(refused.reason())
                        : Optional.empty();
            }
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
