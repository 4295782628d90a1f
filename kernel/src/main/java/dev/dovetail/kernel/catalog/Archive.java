package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The files of a version as one ZIP archive. What comes from outside is unpacked with suspicion: no name leads out of the
 * directory, no entry is a link, and what comes out is counted while it comes.
 */
final class Archive {
    static final int LARGEST = 50 * 1024 * 1024;
    static final long LARGEST_UNPACKED = 250L * 1024 * 1024;
    private static final int MOST_ENTRIES = 10_000;
    private static final long EPOCH =
            315_532_800_000L; // 1980, where ZIP time begins: the same files are the same bytes

    private static final int END = 0x06054b50;
    private static final int HEADER = 0x02014b50;
    private static final int TYPE_MASK = 0xF000;
    private static final int LINK = 0xA000;
    private static final int RUNNABLE = 0111;
    private static final int LONGEST_NAME = 255;
    /** Every system has room for it below a folder of its own; most end at 4,096. */
    private static final int LONGEST_PATH = 2_048;

    /** What Lambda's runtimes start; archives made on systems without rights to run files do not mark it. */
    private static final String PROGRAM = "bootstrap";

    private Archive() {}

    /** An archive with one file. */
    static byte[] ofSource(String file, String source) {
        return of(file, source.getBytes(StandardCharsets.UTF_8));
    }

    /** The same of bytes. */
    static byte[] of(String file, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry(file);
            entry.setTime(EPOCH);
            zip.putNextEntry(entry);
            zip.write(content);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** @throws Refusal if this is not an archive that may be unpacked */
    static void unpack(byte[] archive, Path target) throws IOException {
        Map<String, Boolean> listed = listed(archive);
        long left = LARGEST_UNPACKED;
        Set<String> seen = new HashSet<>();
        Set<Path> runnable = new HashSet<>();
        Set<Path> made = new HashSet<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = checked(entry.getName());
                if (!seen.add(name)) {
                    throw invalid("has \"" + name + "\" twice");
                }
                if (!listed.containsKey(name)) {
                    throw invalid("has an entry that its central directory does not list: \"" + name + "\"");
                }
                Path file = target.resolve(name);
                makeDirectory(entry.isDirectory() ? file : file.getParent(), made);
                left -= entry.isDirectory() ? 0 : put(zip, file, made, left);
                if (!entry.isDirectory() && (listed.get(name) || name.equals(PROGRAM))) {
                    runnable.add(file);
                }
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw invalid("cannot be read: " + e.getMessage());
        }
        open(target, runnable);
        if (seen.isEmpty()) {
            throw invalid("has no files");
        }
        if (seen.size() != listed.size()) {
            listed.keySet().removeAll(seen);
            throw invalid("lists entries that it does not have, such as \""
                    + listed.keySet().iterator().next() + "\"");
        }
    }

    /** Code runs as users of its own, who may read it whatever this process lets others see. */
    private static void open(Path target, Set<Path> runnable) throws IOException {
        if (!target.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (Stream<Path> all = Files.walk(target)) {
            for (Path each : all.toList()) {
                boolean enter = Files.isDirectory(each) || runnable.contains(each);
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(enter ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** Asks the system once for each, of which there are few beside the files. */
    private static void makeDirectory(Path directory, Set<Path> made) throws IOException {
        if (made.add(directory) && !Files.isDirectory(directory)) {
            makeDirectory(directory.getParent(), made);
            try {
                Files.createDirectory(directory);
            } catch (FileAlreadyExistsException e) {
                throw twice(directory);
            }
        }
    }

    private static long put(InputStream from, Path file, Set<Path> made, long most) throws IOException {
        if (made.contains(file) || Files.isDirectory(file)) {
            throw twice(file);
        }
        return copy(from, file, most);
    }

    private static Refusal twice(Path path) {
        return invalid("has a file and a directory of one name: \"" + path.getFileName() + "\"");
    }

    private static String checked(String name) {
        boolean printable = name.chars().noneMatch(c -> c < ' ' || c == 0x7f);
        if (name.isEmpty()
                || name.startsWith("/")
                || name.contains("\\")
                || !printable
                || name.matches("[A-Za-z]:.*")) {
            throw invalid("has an entry with an absolute or foreign path: \"" + name + "\"");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw invalid("has an entry that cannot be a file: its path is longer than " + LONGEST_PATH + " bytes: \""
                    + name.substring(0, 100) + "...\"");
        }
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                throw invalid("has an entry that leads out of it: \"" + name + "\"");
            }
            if (part.isEmpty() || part.equals(".") || part.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
                throw invalid("has an entry that cannot be a file: \"" + name + "\"");
            }
        }
        return name;
    }

    private static long copy(InputStream from, Path file, long most) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        try (OutputStream to = Files.newOutputStream(file)) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                total += read;
                if (total > most) {
                    throw Refusal.of(
                            ErrorType.PAYLOAD_TOO_LARGE,
                            "The archive unpacks to more than " + (LARGEST_UNPACKED >> 20)
                                    + " MiB, which is the most that a version may have");
                }
                to.write(buffer, 0, read);
            }
        }
        return total;
    }

    /** @throws Refusal DEPLOY if its directory tells that it cannot be unpacked */
    static void check(byte[] archive) {
        listed(archive);
    }

    /**
     * The names in the central directory, which the stream reader does not read, and which alone tells what is a link and
     * what may be run.
     */
    private static Map<String, Boolean> listed(byte[] archive) {
        ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
        int end = archive.length - 22;
        while (end >= 0 && end > archive.length - 22 - 65_536 && bytes.getInt(end) != END) {
            end--;
        }
        if (end < 0 || bytes.getInt(end) != END) {
            throw invalid("is no ZIP archive, or is cut off: it has no central directory");
        }
        int entries = Short.toUnsignedInt(bytes.getShort(end + 10));
        if (entries > MOST_ENTRIES) {
            throw invalid("has " + entries + " files and folders, which is more than " + MOST_ENTRIES
                    + ", the most: bundle them, or put some into layers");
        }
        Map<String, Boolean> names = new HashMap<>();
        int at = bytes.getInt(end + 16);
        for (int i = 0; i < entries; i++) {
            if (at < 0 || at + 46 > archive.length || bytes.getInt(at) != HEADER) {
                throw invalid("has a damaged central directory");
            }
            int nameLength = Short.toUnsignedInt(bytes.getShort(at + 28));
            int mode = bytes.getInt(at + 38) >>> 16;
            if (at + 46 + nameLength > archive.length) {
                throw invalid("has a damaged central directory");
            }
            String name = new String(archive, at + 46, nameLength, StandardCharsets.UTF_8);
            if ((mode & TYPE_MASK) == LINK) {
                throw invalid("has a symbolic link: \"" + name + "\"");
            }
            if (names.put(name, (mode & RUNNABLE) != 0) != null) {
                throw invalid("has \"" + name + "\" twice");
            }
            at += 46
                    + nameLength
                    + Short.toUnsignedInt(bytes.getShort(at + 30))
                    + Short.toUnsignedInt(bytes.getShort(at + 32));
        }
        return names;
    }

    private static Refusal invalid(String why) {
        return Refusal.of(ErrorType.DEPLOY, "The archive " + why);
    }
}
