package dev.dovetail.kernel.record;

import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.record.Execution.Usage;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Fault.Owner;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Records of one tenant in one value: a header that can be read alone, then the compressed records, oldest first.
 *
 * <p>Form 1: byte 1; the header's numbers and the counts by function; then, deflated, each record in turn.
 */
final class Segment {
    private static final int FORM = 1;
    private static final int PIECE = 8192;

    private Segment() {}

    /**
     * What a segment has, without unpacking it.
     *
     * @param counted how many calls it stands for; more than it holds if some were sampled away
     * @param functions how many records it holds of each function
     */
    record Header(
            int held,
            long counted,
            int failed,
            int logged,
            long fromMillis,
            long toMillis,
            Map<String, Integer> functions) {}

    static Bytes pack(List<Execution> records, long counted) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 * records.size() + 256);
        TreeMap<String, Integer> functions = new TreeMap<>();
        int failed = 0;
        int logged = 0;
        long from = Long.MAX_VALUE;
        long to = 0;
        for (Execution each : records) {
            functions.merge(each.function().text(), 1, Integer::sum);
            failed += each.error().isPresent() ? 1 : 0;
            logged += each.logs().isEmpty() ? 0 : 1;
            from = Math.min(from, each.createdAt().toEpochMilli());
            to = Math.max(to, each.createdAt().toEpochMilli());
        }
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORM);
            out.writeInt(records.size());
            out.writeLong(counted);
            out.writeInt(failed);
            out.writeInt(logged);
            out.writeLong(from);
            out.writeLong(to);
            out.writeInt(functions.size());
            for (Map.Entry<String, Integer> each : functions.entrySet()) {
                out.writeUTF(each.getKey());
                out.writeInt(each.getValue());
            }
            // by pieces: each write to what deflates, and each read of what inflates, is a call into native code
            try (DataOutputStream body = new DataOutputStream(
                    new BufferedOutputStream(new DeflaterOutputStream(bytes, deflater, PIECE), PIECE))) {
                for (Execution each : records) {
                    write(each, body);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return Bytes.given(bytes.toByteArray());
    }

    static Header header(Bytes segment) {
        try (DataInputStream in = new DataInputStream(segment.stream())) {
            return header(in);
        } catch (IOException e) {
            throw new UncheckedIOException("A segment of records cannot be read", e);
        }
    }

    private static Header header(DataInputStream in) throws IOException {
        int form = in.readByte();
        if (form != FORM) {
            throw new IOException("it has form " + form + ", this version reads " + FORM);
        }
        int held = in.readInt();
        long counted = in.readLong();
        int failed = in.readInt();
        int logged = in.readInt();
        long from = in.readLong();
        long to = in.readLong();
        Map<String, Integer> functions = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            functions.put(in.readUTF(), in.readInt());
        }
        return new Header(held, counted, failed, logged, from, to, functions);
    }

    static List<Execution> unpack(Name tenant, Bytes segment) {
        try (DataInputStream in = new DataInputStream(segment.stream())) {
            Header header = header(in);
            List<Execution> records = new ArrayList<>(header.held());
            try (DataInputStream body =
                    new DataInputStream(new BufferedInputStream(new InflaterInputStream(in), PIECE))) {
                for (int i = 0; i < header.held(); i++) {
                    records.add(read(tenant, body));
                }
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException("A segment of records cannot be read", e);
        }
    }

    private static void write(Execution each, DataOutputStream out) throws IOException {
        out.writeUTF(each.id());
        out.writeUTF(each.function().text());
        out.writeInt(each.version());
        out.writeUTF(each.plugin());
        out.writeByte(each.status().ordinal());
        out.writeUTF(each.mode());
        out.writeUTF(each.initiator());
        out.writeUTF(each.correlationId());
        out.writeUTF(each.traceId());
        out.writeLong(each.createdAt().getEpochSecond());
        out.writeInt(each.createdAt().getNano());
        out.writeLong(each.queued().toNanos());
        out.writeLong(each.duration().toNanos());
        out.writeLong(each.usage().cpu().toNanos());
        out.writeLong(each.usage().peakBytes());
        out.writeLong(each.usage().steps());
        out.writeBoolean(each.coldStart());
        out.writeBoolean(each.error().isPresent());
        if (each.error().isPresent()) {
            Fault fault = each.error().get();
            out.writeUTF(fault.id());
            out.writeByte(fault.owner().ordinal());
            text(fault.message(), out);
            bytes(fault.details(), out);
            Place place = fault.place().orElse(Place.UNKNOWN);
            out.writeUTF(place.file());
            out.writeInt(place.line());
            out.writeInt(place.column());
        }
        out.writeBoolean(each.output().isPresent());
        if (each.output().isPresent()) {
            bytes(each.output().get(), out);
        }
        out.writeLong(each.outputSize());
        out.writeInt(each.logs().size());
        for (LogLine line : each.logs()) {
            out.writeLong(line.at().toEpochMilli());
            out.writeUTF(line.level());
            text(line.message(), out);
            text(line.fields(), out);
        }
    }

    private static Execution read(Name tenant, DataInputStream in) throws IOException {
        String id = in.readUTF();
        Name function = Name.of(in.readUTF());
        int version = in.readInt();
        String plugin = in.readUTF();
        ExecutionStatus status = ExecutionStatus.values()[in.readByte()];
        String mode = in.readUTF();
        String initiator = in.readUTF();
        String correlation = in.readUTF();
        String trace = in.readUTF();
        Instant created = Instant.ofEpochSecond(in.readLong(), in.readInt());
        Duration queued = Duration.ofNanos(in.readLong());
        Duration duration = Duration.ofNanos(in.readLong());
        Usage usage = new Usage(Duration.ofNanos(in.readLong()), in.readLong(), in.readLong());
        boolean cold = in.readBoolean();
        Optional<Fault> error = in.readBoolean() ? Optional.of(fault(in)) : Optional.empty();
        Optional<Bytes> output = in.readBoolean() ? Optional.of(bytes(in)) : Optional.empty();
        long size = in.readLong();
        List<LogLine> logs = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            logs.add(new LogLine(
                    Instant.ofEpochMilli(in.readLong()),
                    in.readUTF(),
                    bytes(in).text(),
                    bytes(in).text()));
        }
        return new Execution(
                id,
                tenant,
                function,
                version,
                plugin,
                status,
                mode,
                initiator,
                correlation,
                trace,
                created,
                queued,
                duration,
                usage,
                cold,
                error,
                output,
                size,
                logs);
    }

    private static Fault fault(DataInputStream in) throws IOException {
        String id = in.readUTF();
        Owner owner = Owner.values()[in.readByte()];
        String message = bytes(in).text();
        Bytes details = bytes(in);
        Place place = new Place(in.readUTF(), in.readInt(), in.readInt());
        return new Fault(
                id, owner, message, details, place.equals(Place.UNKNOWN) ? Optional.empty() : Optional.of(place));
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        bytes(Bytes.utf8(text), out);
    }

    private static void bytes(Bytes bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.size());
        bytes.writeTo(out);
    }

    private static Bytes bytes(DataInputStream in) throws IOException {
        return Bytes.given(in.readNBytes(in.readInt()));
    }
}
