package dev.dovetail.storage.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** A path of H2's that opens {@link CalmFile}s. Public, with a constructor, since H2 makes more of them by reflection. */
public final class CalmFilePath extends FilePathWrapper {
    static final String SCHEME = "calm";

    /** Teaches H2, as it was loaded for this plugin, the scheme {@code calm:}. */
    static void register() {
        FilePath.register(new CalmFilePath());
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new CalmFile(getBase().toString(), mode);
    }
}
