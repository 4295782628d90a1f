package dev.dovetail.executor.custom.lambda;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.worker.json.Fields;
import dev.dovetail.worker.json.Json;
import dev.dovetail.worker.json.Json.NotJson;
import dev.dovetail.worker.json.JsonText;
import dev.dovetail.worker.wire.Frame;
import dev.dovetail.worker.wire.Kind;
import dev.dovetail.worker.wire.Link.Ear;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One call of a program's, with what it asks of the system. Thread-safe. */
final class Call {
    private final Fields header;
    private final Bytes input;
    private final Launch launch;
    private final Ear ear;
    private final String number;
    private final String id;
    private final Map<Long, Optional<HttpAnswer>> questions = new HashMap<>();
    private final Map<String, Long> refusals = new HashMap<>();
    private long asked;
    private boolean left;
    private boolean ended;

    Call(Fields header, Bytes input, Launch launch, Ear ear) throws NotJson {
        this.header = header;
        this.input = input;
        this.launch = launch;
        this.ear = ear;
        number = header.text("call");
        id = header.text("execution");
    }

    /** By which the kernel knows it. */
    String number() {
        return number;
    }

    /** By which the program knows it. */
    String id() {
        return id;
    }

    synchronized boolean open() {
        return !ended;
    }

    HttpAnswer handed() {
        return new HttpAnswer(200, CallHeaders.of(header, launch), input);
    }

    /** The variables with secrets in them, which a program that has its environment already could not be given otherwise. */
    HttpAnswer environment() {
        return HttpAnswer.of(200, header.json("environment").orElse(Bytes.utf8("{}")));
    }

    synchronized HttpAnswer response(HttpRequest request) {
        int most = launch.limits().outputBytes();
        Optional<String> trailed = request.header("lambda-runtime-function-error-type");
        if (trailed.isPresent()) {
            end(Kind.ERROR, Errors.ofTrailers(request), Bytes.empty());
            return HttpAnswer.taken();
        }
        byte[] body = request.body();
        if (!request.cut() && Streamed.is(request)) {
            body = Streamed.json(request);
        }
        if (request.cut() || body.length > most) {
            long length = Math.max(request.length(), body.length);
            String message = "The answer has " + length + " bytes; at most " + most + " are allowed";
            end(Kind.ERROR, new JsonText().object().field("message", message), Bytes.empty());
            return HttpAnswer.refused(413, "RequestEntityTooLarge", message);
        }
        end(Kind.RESULT, new JsonText().object(), body.length == 0 ? Bytes.utf8("null") : Bytes.given(body));
        return HttpAnswer.taken();
    }

    synchronized HttpAnswer error(HttpRequest request) {
        JsonText said = Errors.open(request);
        Errors.type(request).map(refusals::get).ifPresent(question -> said.field("refused", question));
        end(Kind.ERROR, said, Bytes.empty());
        return HttpAnswer.taken();
    }

    /** The program asks for another call, so that this one will never be answered. */
    synchronized void forgotten() {
        if (!ended) {
            String message = "The program asked for the next call and had not answered this one";
            end(Kind.ERROR, new JsonText().object().field("message", message), Bytes.empty());
        }
    }

    /** @param open an object to which the call is still to be added */
    private void end(Kind kind, JsonText open, Bytes payload) {
        ended = true;
        notifyAll();
        ear.heard(new Frame(kind, open.field("call", number).end().utf8(), payload));
    }

    HttpAnswer tell(HttpRequest request) {
        try {
            Fields note = Fields.read(request.body());
            ear.heard(new Frame(
                    Kind.NOTE, with(note, new JsonText().object().field("call", number)), payload(note, "fields")));
            return HttpAnswer.taken();
        } catch (NotJson e) {
            return HttpAnswer.refused(400, "InvalidRequest", "What is told is wrong: " + e.getMessage());
        }
    }

    /** Asks, and waits for the answer; several may wait at once. */
    synchronized HttpAnswer ask(HttpRequest request) throws InterruptedException {
        if (left) {
            return gone();
        }
        long question = ++asked;
        try {
            Fields fields = Fields.read(request.body());
            JsonText open = new JsonText().object().field("call", number).field("ask", question);
            ear.heard(new Frame(Kind.ASK, with(fields, open), payload(fields, "payload")));
        } catch (NotJson e) {
            return HttpAnswer.refused(400, "InvalidRequest", "The question is wrong: " + e.getMessage());
        }
        questions.put(question, Optional.empty());
        ear.heard(new Frame(
                Kind.NEXT, new JsonText().object().field("call", number).end().utf8(), Bytes.empty()));
        while (!left && !ended && questions.get(question).isEmpty()) {
            wait();
        }
        return questions.remove(question).orElseGet(Call::gone);
    }

    private static HttpAnswer gone() {
        return HttpAnswer.refused(
                410, "Dovetail.Leave", "The call was told to stop: nothing that it does from here on counts");
    }

    private static byte[] with(Fields fields, JsonText open) throws NotJson {
        for (String key : fields.keys()) {
            if (!key.equals("call") && !key.equals("ask") && !key.equals("payload")) {
                open.key(key).raw(fields.json(key).orElseThrow());
            }
        }
        return open.end().utf8();
    }

    /** What a question carries: bytes, where it is text for an HTTP request, and else JSON. */
    private static Bytes payload(Fields fields, String key) throws NotJson {
        String kind = fields.text("kind", "");
        if (kind.equals("http") && fields.json(key).isPresent()) {
            byte[] json = fields.json(key).get().toArray();
            return Json.read(json) instanceof String text ? Bytes.utf8(text) : Bytes.given(json);
        }
        return fields.json(key).orElse(Bytes.empty());
    }

    synchronized void replied(Fields reply, Bytes payload) throws NotJson {
        long question = reply.number("ask");
        HttpAnswer answer;
        if (reply.has("refused")) {
            Fields fault = reply.at("refused");
            refusals.put(fault.text("id"), question);
            answer = HttpAnswer.of(
                    422,
                    new JsonText()
                            .object()
                            .field("errorMessage", fault.text("message"))
                            .field("errorType", fault.text("id"))
                            .key("fault")
                            .raw(reply.json("refused").orElseThrow())
                            .end()
                            .bytes());
        } else if (reply.has("run")) {
            answer = HttpAnswer.of(
                    200,
                    new JsonText()
                            .object()
                            .key("run")
                            .raw(reply.json("run").orElseThrow())
                            .end()
                            .bytes());
        } else {
            answer = HttpAnswer.of(200, payload.isEmpty() ? Bytes.utf8("null") : payload);
        }
        if (questions.containsKey(question)) {
            questions.put(question, Optional.of(answer));
            notifyAll();
        }
    }

    /** Whoever waits for an answer gets none any more. */
    synchronized void leave() {
        left = true;
        notifyAll();
    }

    /** Strict, so that nothing is changed on its way. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
