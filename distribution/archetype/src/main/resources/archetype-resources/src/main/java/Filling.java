package ${package};

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One call: fills the holes of a template from left to right. */
record Filling(Launch launch, Template template, boolean strict, Invocation invocation, Host host) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Leaves the template with another outcome than a text. */
    private static final class Leaves extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Outcome outcome;

        Leaves(Outcome outcome) {
            this.outcome = outcome;
        }

        static Leaves with(String id, String message) {
            return new Leaves(new Outcome.Failed(Fault.of(id, Fault.Owner.FUNCTION, message), Outcome.Usage.NONE));
        }
    }

    Outcome outcome() {
        try {
            if (!(invocation.entry() instanceof Entry.Main)) {
                throw Leaves.with(Fault.UNSUPPORTED, "A template has no compensations and no hooks");
            }
            Bytes body = Bytes.utf8(JSON.readTree(filled()).toString());
            if (body.size() > launch.limits().outputBytes()) {
                throw Leaves.with(Fault.CODE, "The answer has " + body.size() + " bytes; at most "
                        + launch.limits().outputBytes() + " are allowed");
            }
            return new Outcome.Returned(body, Map.of(), Outcome.Usage.NONE);
        } catch (InterruptedException e) {
            return new Outcome.Stopped(Outcome.Usage.NONE);
        } catch (Leaves leaves) {
            return leaves.outcome;
        } catch (JacksonException e) {
            return Leaves.with(Fault.CODE, "The filled template is not JSON: " + e.getOriginalMessage()).outcome;
        }
    }

    private String filled() throws InterruptedException, Leaves {
        StringBuilder text = new StringBuilder();
        Deque<long[]> loops = new ArrayDeque<>(); // where each began, and how often it runs again
        for (int i = 0; i < template.pieces().size(); i++) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Template.Piece piece = template.pieces().get(i);
            switch (piece.word()) {
                case "repeat" -> loops.push(new long[] {i, Long.parseLong(piece.argument())});
                case "end" -> {
                    long[] loop = loops.element();
                    i = --loop[1] > 0 ? (int) loop[0] : i;
                    loops.removeIf(each -> each[1] <= 0);
                }
                default -> text.append(value(piece));
            }
            if (2L * text.length() > (long) launch.limits().memoryMb() << 20) {
                throw Leaves.with(Fault.MEMORY_LIMIT, launch.limits().memoryMb() + " MiB are used up");
            }
        }
        return text.toString();
    }

    private String value(Template.Piece piece) throws InterruptedException, Leaves {
        return switch (piece.word()) {
            case "input" -> shown(piece, found(piece));
            case "env" -> shown(piece, JSON.valueToTree(launch.environment().get(piece.argument())));
            case "now" -> shown(piece, asked(piece, new HostCall.Now()));
            case "random" -> shown(piece, asked(piece, new HostCall.Random(Optional.empty())));
            case "sleep" -> {
                asked(piece, Stream.of(piece.argument().split(" "))
                        .map(each -> new HostCall.Sleep(Duration.ofMillis(Long.parseLong(each))))
                        .toArray(HostCall[]::new));
                yield "";
            }
            case "print" -> {
                launch.logs().line(Optional.of(invocation.executionId()), piece.argument());
                yield "";
            }
            case "progress" -> {
                host.tell(new HostNote.Progress(0, piece.argument()));
                yield "";
            }
            case "fail" -> throw Leaves.with(Fault.CODE, piece.argument());
            default -> piece.argument();
        };
    }

    private JsonNode found(Template.Piece piece) throws Leaves {
        JsonNode input = JSON.readTree(invocation.input().text());
        JsonNode value = piece.argument().isEmpty() ? input : input.at("/" + piece.argument().replace('.', '/'));
        if (value.isMissingNode() && strict) {
            throw Leaves.with(Fault.CODE, piece.place() + ": the input has no \"" + piece.argument() + "\"");
        }
        return value.isMissingNode() ? JSON.nullNode() : value;
    }

    /** Inside a JSON text a value is its text; anywhere else it is itself. */
    private static String shown(Template.Piece piece, JsonNode value) {
        if (!piece.quoted()) {
            return value.toString();
        }
        String text = JSON.writeValueAsString(value.isString() ? value.stringValue() : value.toString());
        return text.substring(1, text.length() - 1);
    }

    /** Asks all at once, waits until all are answered, and gives the last answer. */
    private JsonNode asked(Template.Piece piece, HostCall... calls) throws InterruptedException, Leaves {
        for (HostCall call : calls) {
            host.ask(Host.MAIN, call, piece.place());
        }
        JsonNode last = JSON.nullNode();
        for (int i = 0; i < calls.length; i++) {
            switch (host.next()) {
                case Answer.Reply(long _, HostReply.Value(Bytes json)) -> last = JSON.readTree(json.text());
                case Answer.Reply(long _, HostReply.Refused(Fault fault)) ->
                    throw new Leaves(new Outcome.Failed(fault, Outcome.Usage.NONE));
                case Answer.Reply(long _, HostReply.Run run) -> throw new IllegalStateException("Not a step: " + run);
                case Answer.Suspend() -> throw new Leaves(new Outcome.Suspended(List.of(), Outcome.Usage.NONE));
                case Answer.Stop(Fault _) -> throw new Leaves(new Outcome.Stopped(Outcome.Usage.NONE));
            }
        }
        return last;
    }
}
