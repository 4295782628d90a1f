package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.contract.Shape;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function as a ZIP archive: a document that says all but the code, and each archive of code under its digest. What comes from
 * outside is read with suspicion: what comes out is counted while it comes, and code is what its digest says.
 *
 * @param code archives by the hexadecimal digits of their digests
 */
record Bundle(ObjectNode document, Map<String, byte[]> code) {
    /** The code of a bundle together, so that it can be sent in one request. */
    static final long LARGEST = 64L * 1024 * 1024;

    private static final String DOCUMENT = "function.json";
    private static final int LARGEST_DOCUMENT = 8 * 1024 * 1024;
    private static final Pattern CODE = Pattern.compile("code/([0-9a-f]{64})\\.zip");
    /** The first that the format knows, in no zone: the same function is the same bytes. */
    private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

    byte[] zip(Schemas schemas) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, DOCUMENT, schemas.write(document));
            for (Map.Entry<String, byte[]> each : new TreeMap<>(code).entrySet()) {
                put(zip, "code/" + each.getKey() + ".zip", each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(EPOCH);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    /** @throws Refusal if this is no bundle, in words */
    static Bundle of(byte[] archive, Shape shape, Schemas schemas) {
        Archive.check(archive);
        Optional<byte[]> document = Optional.empty();
        Map<String, byte[]> code = new TreeMap<>();
        long left = LARGEST;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                String name = entry.getName();
                Matcher digest = CODE.matcher(name);
                if (name.equals(DOCUMENT)) {
                    document = Optional.of(read(zip, name, LARGEST_DOCUMENT));
                } else if (digest.matches()) {
                    byte[] content = read(zip, name, Math.min(left, Archive.LARGEST));
                    left -= content.length;
                    check(digest.group(1), content);
                    code.put(digest.group(1), content);
                } else if (!name.equals("code/")) {
                    throw invalid("has \"" + printable(name) + "\", which is no part of one; expected " + DOCUMENT
                            + " and code/<digest>.zip");
                }
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw invalid("cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] text = document.orElseThrow(() -> invalid("has no " + DOCUMENT));
        try {
            return new Bundle(shape.check(schemas.parse(text)), code);
        } catch (Schemas.Malformed e) {
            throw invalid("has a " + DOCUMENT + " that is no JSON: " + e.getMessage());
        }
    }

    private static byte[] read(ZipInputStream zip, String name, long most) throws IOException {
        byte[] content = zip.readNBytes((int) most + 1);
        if (content.length > most) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The bundle's " + name + " is larger than the " + most + " bytes that it may have");
        }
        return content;
    }

    private static void check(String digest, byte[] content) {
        String is = Digest.of(content).hex();
        if (!is.equals(digest)) {
            throw invalid("has code under the digest " + digest + " whose digest is " + is
                    + ": it is damaged, or was changed");
        }
    }

    private static String printable(String name) {
        String shown = name.replaceAll("[^ -~]", "?");
        return shown.length() > 100 ? shown.substring(0, 100) + "..." : shown;
    }

    static Refusal invalid(String why) {
        return Refusal.of(ErrorType.DEPLOY, "The bundle " + why);
    }
}
