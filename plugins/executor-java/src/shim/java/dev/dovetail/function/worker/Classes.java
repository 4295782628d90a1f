package dev.dovetail.function.worker;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Classes by their names, as one piece that the kernel keeps: how many, then of each its name and its length and itself. */
final class Classes {
    /** What the kernel keeps at most. */
    private static final int MOST = 4 << 20;

    private Classes() {}

    /** Nothing if it would be too much to be kept. */
    static byte[] packed(Map<String, byte[]> classes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(classes.size());
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue().length);
                out.write(each.getValue());
            }
        } catch (IOException e) {
            return Link.NOTHING; // a name that is too long for it
        }
        return bytes.size() > MOST ? Link.NOTHING : bytes.toByteArray();
    }

    static Map<String, byte[]> unpacked(byte[] packed) throws IOException {
        Map<String, byte[]> classes = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(packed))) {
            for (int left = in.readInt(); left > 0; left--) {
                String name = in.readUTF();
                byte[] content = new byte[in.readInt()];
                in.readFully(content);
                classes.put(name, content);
            }
        }
        return classes;
    }
}
