package dev.dovetail.executor.custom.lambda;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.StandIn;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.wire.Frame;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Link;
import java.io.IOException;
import java.util.Optional;

/**
 * Takes the kernel's frames and makes answers to a program's requests of them, and the other way round. A program has one call
 * at a time. Thread-safe.
 */
final class Translator implements Link {
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final String INVOCATION = RUNTIME + "invocation/";
    private static final String SYSTEM = "/dovetail/1/invocation/";

    /** Of a request's body, besides what the function's limits say: an error with its stack, a question's payload. */
    private static final int LEAST_BODY = 8 << 20;

    private final StandIn.Desk desk;
    private final Ear ear;
    private boolean given;
    private boolean asked;
    private Optional<byte[]> refused = Optional.empty();
    private Optional<Call> current = Optional.empty();

    /** The current call, until the program has fetched it. */
    private Optional<Call> due = Optional.empty();

    private volatile boolean closed;

    Translator(StandIn.Desk desk) {
        this.desk = desk;
        ear = desk.ears().apply(this);
    }

    int longestBody() {
        return Math.max(LEAST_BODY, desk.launch().limits().outputBytes() + 1);
    }

    void hello() {
        byte[] header = new JsonText()
                .object()
                .key("protocol")
                .array()
                .value(1)
                .endArray()
                .field("token", desk.token())
                .end()
                .utf8();
        ear.heard(new Frame(Kind.HELLO, header, Bytes.empty()));
    }

    @Override
    public void send(Kind kind, byte[] header, Bytes payload) throws IOException {
        if (closed) {
            throw new IOException("The program is gone");
        }
        try {
            switch (kind) {
                case INIT -> given();
                case INVOKE -> begin(new Call(Fields.read(header), payload, desk.launch(), ear));
                case REPLY, STOP -> ofCall(kind, Fields.read(header), payload);
                case PING -> ear.heard(new Frame(Kind.PONG, new byte[0], Bytes.empty()));
                default -> {} // the program is told by being ended
            }
        } catch (NotJson e) {
            throw new IllegalStateException("The kernel sent a frame in which " + e.getMessage(), e);
        }
    }

    private synchronized void begin(Call call) {
        current = Optional.of(call);
        due = current;
        notifyAll();
    }

    private void ofCall(Kind kind, Fields header, Bytes payload) throws NotJson {
        Optional<Call> call;
        synchronized (this) {
            call = current;
        }
        if (call.isPresent() && call.get().number().equals(header.text("call"))) {
            if (kind == Kind.STOP) {
                call.get().leave();
            } else {
                call.get().replied(header, payload);
            }
        }
    }

    @Override
    public void allow(int bytes) {
        // bodies of requests have a limit of their own
    }

    /** The kernel has said what it has to say before the program may be ready. */
    private synchronized void given() {
        given = true;
        settle();
    }

    private void settle() {
        if (given && refused.isPresent()) {
            ear.heard(new Frame(Kind.ERROR, refused.get(), Bytes.empty()));
        } else if (given && asked) {
            ear.heard(new Frame(Kind.READY, new byte[0], Bytes.empty()));
        }
    }

    HttpAnswer answer(HttpRequest request) throws InterruptedException {
        String path = request.path();
        String what = request.method() + " " + path;
        if (what.equals("GET " + INVOCATION + "next")) {
            return next();
        }
        if (what.equals("POST " + RUNTIME + "init/error")) {
            return refuse(request);
        }
        String root = path.startsWith(INVOCATION) ? INVOCATION : SYSTEM;
        int slash = path.lastIndexOf('/');
        String verb = path.substring(slash + 1);
        boolean reads = root.equals(SYSTEM) && verb.equals("environment");
        if (!request.method().equals(reads ? "GET" : "POST") || !path.startsWith(root) || slash < root.length()) {
            return HttpAnswer.refused(404, "NotFound", "There is no " + what);
        }
        Optional<Call> call = find(path.substring(root.length(), slash));
        if (call.isEmpty()) {
            return HttpAnswer.refused(400, "InvalidRequestID", "This call is not open, or has been answered");
        }
        if (root.equals(INVOCATION)) {
            return switch (verb) {
                case "response" -> ended(call.get(), call.get().response(request));
                case "error" -> ended(call.get(), call.get().error(request));
                default -> HttpAnswer.refused(404, "NotFound", "There is no " + what);
            };
        }
        return switch (verb) {
            case "environment" -> call.get().environment();
            case "ask" -> call.get().ask(request);
            case "tell" -> call.get().tell(request);
            default -> HttpAnswer.refused(404, "NotFound", "There is no " + what);
        };
    }

    private synchronized Optional<Call> find(String id) {
        return current.filter(call -> call.id().equals(id) && call.open());
    }

    private synchronized HttpAnswer ended(Call call, HttpAnswer answer) {
        if (current.equals(Optional.of(call)) && !call.open()) {
            current = Optional.empty();
        }
        return answer;
    }

    private HttpAnswer next() throws InterruptedException {
        forget();
        synchronized (this) {
            if (!asked) {
                asked = true;
                settle();
            }
            while (due.isEmpty()) {
                if (closed) {
                    throw new InterruptedException("There will be no other call");
                }
                wait();
            }
            Call call = due.get();
            due = Optional.empty();
            return call.handed();
        }
    }

    /** What was fetched and not answered will not be answered any more. */
    private void forget() {
        Optional<Call> left;
        synchronized (this) {
            left = due.isPresent() ? Optional.empty() : current;
        }
        left.ifPresent(Call::forgotten);
    }

    private synchronized HttpAnswer refuse(HttpRequest request) {
        if (asked) {
            return HttpAnswer.refused(403, "InvalidStateTransition", "The program has begun to take calls");
        }
        if (refused.isEmpty()) {
            refused = Optional.of(Errors.of(request).utf8());
            settle();
        }
        return HttpAnswer.taken();
    }

    /** It asks by HTTP, a request at a time. */
    @Override
    public boolean stalls() {
        return false;
    }

    @Override
    public void close() {
        closed = true;
        synchronized (this) {
            current.ifPresent(Call::leave);
            notifyAll();
        }
    }
}
