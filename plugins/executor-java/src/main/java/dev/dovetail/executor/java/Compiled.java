package dev.dovetail.executor.java;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.worker.Product;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The classes of one version's sources: how many, then of each its name, its length and itself. */
final class Compiled implements Product {
    private static final int MOST_CLASSES = 4_096;
    private static final int MAGIC = 0xCAFEBABE;
    private static final Pattern NAME =
            Pattern.compile("\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*(\\.\\p{javaJavaIdentifierStart}"
                    + "\\p{javaJavaIdentifierPart}*)*");
    private static final Set<String> NO_CLASSES = Set.of("package-info", "module-info");

    private final Shelf shelf;
    private final Digest from;

    /** @param from of all that it is compiled from and with, and of whose it is */
    Compiled(Shelf shelf, Digest from) {
        this.shelf = shelf;
        this.from = from;
    }

    @Override
    public Optional<Bytes> find() {
        return shelf.find(from);
    }

    @Override
    public void keep(Bytes made) {
        if (made.size() <= MOST_BYTES && areClasses(made.buffer())) {
            shelf.keep(from, made);
        }
    }

    /** What is kept is read by workers alone, and by those of this version; so this guards against accidents. */
    static boolean areClasses(ByteBuffer in) {
        try {
            int count = in.getInt();
            if (count < 1 || count > MOST_CLASSES) {
                return false;
            }
            Set<String> names = new HashSet<>();
            for (int i = 0; i < count; i++) {
                byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(name);
                int length = in.getInt();
                if (length < Integer.BYTES || length > in.remaining() || in.getInt(in.position()) != MAGIC) {
                    return false;
                }
                in.position(in.position() + length);
                String text = new String(name, StandardCharsets.UTF_8);
                if (!isName(text) || !names.add(text)) {
                    return false;
                }
            }
            return !in.hasRemaining();
        } catch (BufferUnderflowException e) {
            return false;
        }
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches() || NO_CLASSES.contains(text.substring(text.lastIndexOf('.') + 1));
    }
}
