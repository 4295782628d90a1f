package dev.dovetail.executor.flow;

import static dev.dovetail.executor.flow.Flows.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.Call;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The workflows in the documents and among the examples deploy without a complaint, and do what is said of them. */
final class FlowDocTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final Path ORDER = Path.of("../../distribution/examples/order-flow");
    private static final String INPUT = "{\"id\":\"o-1\",\"customer\":\"ada\",\"items\":[\"cup\"]}";

    private static String block(String kind) throws Exception {
        Matcher block = Pattern.compile(
                        "<!-- " + kind + " greet-flow(?: sw1.0)? -->\\s*```[a-z]*\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("functions.md")));
        assertTrue(block.find(), "docs/functions.md has no " + kind + " \"greet-flow\"");
        return block.group(1);
    }

    @Test
    void theWorkflowInTheDocumentsAnswersWhatIsSaid() throws Exception {
        Launch launch = Flows.launch("workflow.yaml", block("example"), Map.of());
        assertEquals(
                json(block("output")),
                Flows.answer(Flows.run(launch, block("input").strip(), new FakeHost())));
    }

    @Test
    void theTripInTheDocumentsIsUndoneAsItSays() throws Exception {
        Matcher trip = Pattern.compile("<!-- workflow trip-flow -->\\s*```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("functions.md")));
        assertTrue(trip.find(), "docs/functions.md has no workflow \"trip-flow\"");
        Launch launch = Flows.launch("workflow.yaml", trip.group(1), Map.of("SHOP", "https://shop.example.com"));
        try (Executor executor = Flows.executor()) {
            assertEquals(
                    List.of("USES_COMPENSATION", "USES_EVENT"),
                    executor.inspect(launch).stream().map(Problem::code).toList());
        }
        Saga saga = Saga.run(
                launch, "{\"trip\":\"t-1\",\"to\":\"Oslo\",\"nights\":[\"mon\",\"tue\"]}", call -> switch (call) {
                    case HostCall.Http _ ->
                        FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"{\\\"seat\\\":\\\"4A\\\"}\"}");
                    case HostCall.Invoke invoke ->
                        FakeHost.json(
                                "{\"room\":\"" + (invoke.input().text().contains("night\":\"mon") ? 1 : 2) + "\"}");
                    default -> FakeHost.json("{\"trip\":\"t-1\"}");
                });
        Flows.answer(saga.outcome);
        assertEquals(
                List.of(
                        "void-tickets {\"tickets\":{\"room\":\"2\"},\"because\":\"no longer wanted\"}",
                        "free-room {\"trip\":\"t-1\",\"night\":\"tue\",\"room\":\"2\"}",
                        "free-room {\"trip\":\"t-1\",\"night\":\"mon\",\"room\":\"1\"}",
                        "DELETE https://shop.example.com/flights/t-1 "),
                saga.undone());
    }

    private static Launch order() throws Exception {
        return Flows.launch(
                "workflow.yaml",
                Files.readString(ORDER.resolve("workflow.yaml")),
                Map.of("SHOP", "https://shop.example.com"));
    }

    private static HostReply shop(HostCall call, int total) {
        return switch (call) {
            case HostCall.Invoke _ -> FakeHost.json("{\"total\":" + total + "}");
            case HostCall.Http _ -> FakeHost.json("{\"status\":200,\"headers\":{},\"body\":\"{\\\"number\\\":7}\"}");
            case HostCall.Now _ -> FakeHost.json("\"2026-11-21T08:00:00.000Z\"");
            default -> FakeHost.json("null");
        };
    }

    @Test
    void nothingIsWrongWithTheExample() throws Exception {
        try (Executor executor = Flows.executor()) {
            assertEquals(
                    List.of("USES_EVENT"),
                    executor.inspect(order()).stream().map(Problem::code).toList());
        }
    }

    /** Answers what is asked, but for timers of a day and more, until something of this kind is asked. */
    private static void answers(FakeHost host, Class<? extends HostCall> last, int times) throws InterruptedException {
        int seen = 0;
        for (int next = 0; seen < times; next++) {
            host.awaitAsked(next + 1);
            HostCall asked = host.asked().get(next).call();
            seen += last.isInstance(asked) ? 1 : 0;
            boolean longer =
                    asked instanceof HostCall.Sleep sleep && sleep.duration().toDays() >= 1;
            if (!longer && !(asked instanceof HostCall.AwaitEvent)) {
                host.release(next);
            }
        }
    }

    @Test
    void anOrderThatCostsNothingIsShippedAtOnce() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(order())) {
            FakeHost host = new FakeHost(call -> shop(call, 0)).holding();
            Call call = Call.of(instance, Samples.invocation(INPUT), host);
            // the timer of the whole, and the time that the parcel takes
            answers(host, HostCall.Sleep.class, 2);
            JsonNode output = Flows.answer(call.outcome(Duration.ofSeconds(30)));
            assertEquals(json("[\"cup\"]"), output.path("parcels"));
            assertEquals(7, output.path("reservation").asInt());
            assertTrue(host.asked().stream().noneMatch(asked -> asked.call() instanceof HostCall.AwaitEvent));
        }
    }

    @Test
    void anOrderThatNobodyPaysForFailsWithWhatIsSaid() throws Exception {
        try (Executor executor = Flows.executor();
                Instance instance = executor.start(order())) {
            FakeHost host = new FakeHost(call -> shop(call, 50)).holding();
            Call call = Call.of(instance, Samples.invocation(INPUT), host);
            Duration week = Duration.ofDays(7);
            answers(host, HostCall.AwaitEvent.class, 1);
            FakeHost.Asked timer = host.asked().stream()
                    .filter(asked -> asked.call().equals(new HostCall.Sleep(week)))
                    .findFirst()
                    .orElseThrow();
            host.answer(new Answer.Reply(timer.ticket(), FakeHost.json("null")));
            Outcome outcome = call.outcome(Duration.ofSeconds(30));
            assertEquals(402, Flows.error(outcome).path("status").asInt());
            assertEquals(
                    "Nobody paid: order o-1 was not paid within a week",
                    Flows.fault(outcome).message());
        }
    }
}
