package dev.dovetail.storage.h2;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.plugin.StateStoreProvider;
import dev.dovetail.spi.plugin.Succession;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Opens state stores in a file of this machine. One process at a time has a file open. */
public final class H2StateStoreProvider implements StateStoreProvider {
    @Override
    public Name type() {
        return Name.of("h2");
    }

    @Override
    public String schema() {
        try (InputStream schema = H2StateStoreProvider.class.getResourceAsStream("schema.json")) {
            return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Succession succession() {
        return Succession.HANDOVER;
    }

    @Override
    public StateStore open(Config config, Context context) {
        return open(config, context, Segment.Disk.real());
    }

    /** With files opened in another way, for a test of disks that fail. */
    static StateStore open(Config config, Context context, Segment.Disk disk) {
        StoreFiles files = new StoreFiles(context.home(), config.text("file"));
        Opening.Sizes sizes = new Opening.Sizes(
                Math.toIntExact(config.number("segment-bytes")),
                config.number("pending-bytes"),
                Math.toIntExact(config.number("cache-megabytes")));
        return new H2StateStore(new Opening(files, sizes, context, disk).open());
    }
}
