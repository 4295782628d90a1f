package dev.dovetail.function.worker;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Looks at the beginning of a class file, in a folder or in an archive. */
final class ClassFiles {
    /** Stands for all archives of the code. */
    static final String ARCHIVES = "*.jar";

    /** Stands for those and for all of the layers. */
    static final String ARCHIVES_AND_LAYERS = "*.jar and layers";

    private static final int OFFSET = 44;

    private ClassFiles() {}

    /** What a class file says of itself. */
    static final class Found {
        private final int version;

        Found(int version) {
            this.version = version;
        }

        /** The version of Java that it needs; 0 if it is no class. */
        int version() {
            return version;
        }
    }

    /** @param function the handler, as it was written */
    static Found look(Path file, String function) throws IOException {
        String name = file.getFileName().toString();
        if (!name.equals(ARCHIVES) && !name.equals(ARCHIVES_AND_LAYERS)) {
            try (InputStream in = Files.newInputStream(file)) {
                return read(in);
            }
        }
        for (Path folder : List.of(file.resolveSibling(""), file.resolveSibling("lib"))) {
            for (Path each : Code.archives(folder)) {
                Found found = inside(each, function);
                if (found.version() > 0) {
                    return found;
                }
            }
        }
        return new Found(0);
    }

    private static Found inside(Path archive, String function) throws IOException {
        int colons = function.indexOf("::");
        String name = colons < 0 ? function : function.substring(0, colons);
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry entry = zip.getEntry(name.replace('.', '/') + ".class");
            if (entry == null && colons < 0 && name.indexOf('.') > 0) {
                entry = zip.getEntry(name.substring(0, name.lastIndexOf('.')).replace('.', '/') + ".class");
            }
            if (entry == null) {
                return new Found(0);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return read(in);
            }
        }
    }

    private static Found read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        if (data.readInt() != 0xCAFEBABE) {
            return new Found(0);
        }
        data.readUnsignedShort();
        return new Found(data.readUnsignedShort() - OFFSET);
    }
}
