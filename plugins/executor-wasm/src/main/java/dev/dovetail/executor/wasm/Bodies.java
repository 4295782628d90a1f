package dev.dovetail.executor.wasm;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.IntPredicate;
import run.endive.wasm.WasmWriter;
import run.endive.wasm.types.SectionId;

/** The bodies of a module's functions, in its binary form. */
final class Bodies {
    private static final int HEAD = 8;
    /** No locals, and {@code unreachable}: fits a function of any type. */
    private static final byte[] STUB = {3, 0, 0, 0x0b};

    private Bodies() {}

    /**
     * The module with only the bodies for whose number, from 0, this holds; the others trap. A module whose sections cannot
     * be told apart comes back as it is.
     */
    static byte[] keep(byte[] module, IntPredicate wanted) {
        try {
            return rewritten(ByteBuffer.wrap(module), wanted);
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException malformed) {
            return module;
        }
    }

    private static byte[] rewritten(ByteBuffer in, IntPredicate wanted) {
        in.position(HEAD);
        WasmWriter out = new WasmWriter();
        while (in.hasRemaining()) {
            int id = in.get();
            byte[] contents = take(in, number(in));
            out.writeSection(id, id == SectionId.CODE ? code(ByteBuffer.wrap(contents), wanted) : contents);
        }
        return out.bytes();
    }

    private static byte[] code(ByteBuffer in, IntPredicate wanted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int count = number(in);
        WasmWriter.writeVarUInt32(out, count);
        for (int i = 0; i < count; i++) {
            byte[] body = take(in, number(in));
            if (wanted.test(i)) {
                WasmWriter.writeVarUInt32(out, body.length);
                out.writeBytes(body);
            } else {
                out.writeBytes(STUB);
            }
        }
        return out.toByteArray();
    }

    private static byte[] take(ByteBuffer in, int size) {
        if (size < 0 || size > in.remaining()) {
            throw new IllegalArgumentException("A part of " + size + " bytes, and " + in.remaining() + " are left");
        }
        byte[] taken = new byte[size];
        in.get(taken);
        return taken;
    }

    private static int number(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value > Integer.MAX_VALUE ? -1 : (int) value;
            }
        }
        throw new IllegalArgumentException("A number of more than five bytes");
    }
}
