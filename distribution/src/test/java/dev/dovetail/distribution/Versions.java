package dev.dovetail.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** Further versions of a packaged plugin: the same classes under another number. */
final class Versions {
    private Versions() {}

    /** A copy of this jar in a folder, of another version. */
    static Path copy(Path jar, String version, Path folder) throws IOException {
        try (JarFile from = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(from.getManifest());
            Attributes main = manifest.getMainAttributes();
            main.putValue("Plugin-Version", version);
            Path copy = folder.resolve(main.getValue("Plugin-Id") + "-" + version + ".jar");
            Path part = folder.resolve(copy.getFileName() + ".part");
            try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(part), manifest)) {
                for (ZipEntry entry : from.stream().toList()) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        to.putNextEntry(new ZipEntry(entry.getName()));
                        from.getInputStream(entry).transferTo(to);
                        to.closeEntry();
                    }
                }
            }
            return Files.move(part, copy);
        }
    }
}
