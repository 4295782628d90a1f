package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/** What a jar says of itself, read without running any of it. */
record Manifest(Name id, String version, String requires, String description) {
    private static final String SERVICES = "META-INF/services/dev.dovetail.spi.plugin.Provider";
    private static final Pattern VERSION =
            Pattern.compile("(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})(-[0-9A-Za-z.-]{1,64})?");

    /** What the kernel and the JDK bring, and a plugin therefore may not. */
    private static final Pattern FOREIGN =
            Pattern.compile("(META-INF/versions/\\d+/)?(dev/dovetail/(spi|kernel)/|java/|jdk/internal/|sun/misc/).*");

    /** @throws Refusal if this does not say which plugin it is */
    static Manifest read(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            java.util.jar.Manifest manifest = manifest(jar);
            if (manifest == null) {
                throw new Refusal("The jar has no META-INF/MANIFEST.MF, so it does not say which plugin it is");
            }
            Attributes head = manifest.getMainAttributes();
            String id = required(head, "Plugin-Id");
            String version = required(head, "Plugin-Version");
            String requires = required(head, "Plugin-Requires");
            if (!VERSION.matcher(version).matches()) {
                throw new Refusal("Plugin-Version is \"" + version + "\"; expected a semantic version such as 1.2.0");
            }
            Name name = Name.find(id)
                    .orElseThrow(() -> new Refusal(
                            "Plugin-Id is \"" + id + "\"; expected a lower-case name such as executor-python"));
            return new Manifest(
                    name,
                    version,
                    requires,
                    Optional.ofNullable(head.getValue("Plugin-Description")).orElse(""));
        } catch (ZipException e) {
            throw new Refusal("Not a jar: " + e.getMessage());
        } catch (SecurityException e) {
            throw new Refusal("The jar's own signature cannot be read: " + e.getMessage());
        }
    }

    private static java.util.jar.Manifest manifest(JarFile jar) {
        try {
            return jar.getManifest();
        } catch (IOException e) {
            throw new Refusal("META-INF/MANIFEST.MF cannot be read: " + e.getMessage());
        }
    }

    /** @throws Refusal if a jar to be taken names no provider, or brings what it must not */
    static void checkEntries(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile(), false)) {
            if (jar.getEntry(SERVICES) == null) {
                throw new Refusal("The jar names no provider: it has no " + SERVICES);
            }
            List<String> foreign = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(entry -> FOREIGN.matcher(entry).matches() && !entry.endsWith("/"))
                    .limit(3)
                    .toList();
            if (!foreign.isEmpty()) {
                throw new Refusal("The jar brings what only the kernel may: " + String.join(", ", foreign)
                        + "; give dovetail-spi the scope provided");
            }
        }
    }

    private static String required(Attributes head, String key) {
        String value = head.getValue(key);
        if (value == null || value.isBlank()) {
            throw new Refusal("The manifest has no " + key);
        }
        return value.strip();
    }

    /** @throws Refusal if the plugin wants another SPI */
    void checkRequires(String spiVersion) {
        boolean fits;
        try {
            fits = Generation.fits(spiVersion, requires);
        } catch (RuntimeException e) {
            throw new Refusal("Plugin-Requires is \"" + requires + "\"; expected a range such as >=0.1.0 & <0.2.0");
        }
        if (!fits) {
            throw new Refusal(this + " requires the SPI " + requires + ", and this kernel offers " + spiVersion);
        }
    }

    /** Such as {@code executor-python 1.2.0}. */
    @Override
    public String toString() {
        return id + " " + version;
    }
}
