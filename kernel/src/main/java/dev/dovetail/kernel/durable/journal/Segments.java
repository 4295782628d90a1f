package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Cuts a journal into segments that are small enough for the store. */
public final class Segments {
    private static final int LARGEST = 512 * 1024;

    private Segments() {}

    public static List<Bytes> of(Schemas schemas, List<Line> lines) {
        List<Bytes> segments = new ArrayList<>();
        List<Bytes> some = new ArrayList<>();
        int size = 2;
        for (Line line : lines) {
            Bytes text = schemas.bytes(line.json());
            if (!some.isEmpty() && size + text.size() > LARGEST) {
                segments.add(array(some, size));
                some.clear();
                size = 2;
            }
            some.add(text);
            size += text.size() + 1;
        }
        if (!some.isEmpty()) {
            segments.add(array(some, size));
        }
        return segments;
    }

    private static Bytes array(List<Bytes> lines, int room) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(room);
        for (int i = 0; i < lines.size(); i++) {
            all.write(i == 0 ? '[' : ',');
            all.writeBytes(lines.get(i).toArray());
        }
        all.write(']');
        return Bytes.given(all.toByteArray());
    }
}
