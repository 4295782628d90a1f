package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The digests of modules. What is known of a version is the digest of the archive that its module came in; the module's own is
 * worked out once for each archive, and kept for those that were asked for last. Thread-safe.
 */
final class ModuleHashes {
    private static final int MOST = 10_000;

    private final Catalog catalog;
    private final String module;
    private final Map<Digest, Digest> byArchive = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Digest> eldest) {
            return size() > MOST;
        }
    };

    /** @param module the name of the module's file */
    ModuleHashes(Catalog catalog, String module) {
        this.catalog = catalog;
        this.module = module;
    }

    /** The digest of the module itself; of what was deployed otherwise and has none of this name, of its archive. */
    Digest of(Deployed deployed) throws InterruptedException {
        Digest archive = deployed.version().code();
        synchronized (byArchive) {
            Digest known = byArchive.get(archive);
            if (known != null) {
                return known;
            }
        }
        Digest digest = read(deployed); // two that read the same at once do no harm
        synchronized (byArchive) {
            byArchive.put(archive, digest);
        }
        return digest;
    }

    private Digest read(Deployed deployed) throws InterruptedException {
        Path file = catalog.launch(deployed).code().resolve(module);
        try {
            return Files.isRegularFile(file)
                    ? Digest.of(Files.readAllBytes(file))
                    : deployed.version().code();
        } catch (IOException e) {
            throw Refusal.of(
                    ErrorType.PLATFORM, "The module of \"" + deployed.function().name() + "\" cannot be read: " + e);
        }
    }
}
