package dev.dovetail.function.worker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the function prints. Where several calls run at once, each line is sent with the call that printed it. */
final class Output {
    private final Link link;
    private final PrintStream out;
    private final PrintStream err;

    /** The call that a thread, and those that it starts, belongs to. */
    private final InheritableThreadLocal<Call> calls = new InheritableThreadLocal<>();

    /** The only call that runs. */
    private volatile Call alone;

    private Output(Link link, PrintStream out, PrintStream err) {
        this.link = link;
        this.out = out;
        this.err = err;
    }

    static Output open(Link link) {
        Output output = new Output(link, System.out, System.err);
        System.setOut(output.stream(output.out));
        System.setErr(output.stream(output.err));
        return output;
    }

    private PrintStream stream(PrintStream plain) {
        return new PrintStream(new Lines(plain), true, StandardCharsets.UTF_8);
    }

    /** @param only whether no other call runs beside it */
    void begin(Call call, boolean only) {
        if (only) {
            alone = call;
        } else {
            calls.set(call);
        }
    }

    /** This thread belongs to no call any more. */
    void part() {
        flush();
        calls.remove();
    }

    void end() {
        part();
        alone = null;
    }

    void flush() {
        System.out.flush();
        System.err.flush();
    }

    /** Bytes go on as they are, unless the thread belongs to one call of several. */
    private final class Lines extends OutputStream {
        private final PrintStream plain;
        private final ThreadLocal<ByteArrayOutputStream> begun = ThreadLocal.withInitial(ByteArrayOutputStream::new);

        Lines(PrintStream plain) {
            this.plain = plain;
        }

        @Override
        public void write(int each) throws IOException {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Call call = calls.get();
            Call one = call == null ? alone : call;
            if (one != null && one.replaying()) {
                return; // it was printed then
            }
            if (call == null) {
                plain.write(bytes, offset, length);
                return;
            }
            ByteArrayOutputStream line = begun.get();
            for (int i = offset; i < offset + length; i++) {
                if (bytes[i] == '\n') {
                    send(call, line);
                } else {
                    line.write(bytes[i]);
                }
            }
        }

        private void send(Call call, ByteArrayOutputStream line) throws IOException {
            Map<String, Object> note = new LinkedHashMap<>();
            note.put("note", "line");
            note.put("call", call.number());
            note.put("text", line.toString(StandardCharsets.UTF_8));
            line.reset();
            link.send(Link.NOTE, note, Link.NOTHING);
        }

        @Override
        public void flush() {
            plain.flush();
        }
    }
}
