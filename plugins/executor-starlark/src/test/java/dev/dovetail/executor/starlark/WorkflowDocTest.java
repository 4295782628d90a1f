package dev.dovetail.executor.starlark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.executor.starlark.host.HostFunctions;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The workflow in the documents is one: it deploys without a complaint, and does what is said of it. */
@Tag("WF-14")
@Tag("WF-18")
final class WorkflowDocTest {
    private static final Path DOCS = Path.of("../../docs");
    private static final String ORDER = "{\"id\": \"o-1\", \"total\": 50, \"items\": [\"cup\", \"pot\"]}";

    @TempDir
    Path folder;

    private Launch launch() throws Exception {
        String text = Files.readString(DOCS.resolve("functions.md"));
        Matcher block = Pattern.compile("<!-- workflow order -->\\s*```python\\n(.*?)```", Pattern.DOTALL)
                .matcher(text);
        assertTrue(block.find(), "docs/functions.md has no workflow \"order\"");
        return Scripts.launch(folder, block.group(1));
    }

    private static HostReply shop(HostCall call) {
        return switch (call) {
            case HostCall.Http http ->
                FakeHost.json("{\"status\": 201, \"headers\": {}, \"body\": \"{\\\"id\\\": \\\""
                        + http.uri().replace("https://shop.example/api/", "") + "-1\\\"}\"}");
            case HostCall.AwaitEvent _ -> FakeHost.json("{\"order\": \"o-1\", \"by\": \"ada\"}");
            default -> throw new IllegalStateException("not expected: " + call);
        };
    }

    private static List<String> asked(FakeHost host) {
        return host.asked().stream()
                .map(FakeHost.Asked::call)
                .map(call -> switch (call) {
                    case HostCall.Step step ->
                        step.label()
                                + step.compensation().map(undo -> " or " + undo).orElse("");
                    case HostCall.Http http -> http.uri().replaceAll(".*/", "/");
                    default -> call.getClass().getSimpleName();
                })
                .toList();
    }

    @Test
    void nothingIsWrongWithIt() throws Exception {
        try (Executor executor = Scripts.executor()) {
            assertEquals(
                    List.of("USES_STEP", "USES_COMPENSATION", "USES_EVENT"),
                    executor.inspect(launch()).stream().map(Problem::code).toList());
        }
    }

    @Test
    void aPaidOrderIsShipped() throws Exception {
        FakeHost host = new FakeHost(WorkflowDocTest::shop);
        String answer = Scripts.answer(Scripts.run(launch(), ORDER, host));
        assertEquals(
                "{\"charge\":\"charges-1\",\"paid_by\":\"ada\",\"parcels\":[\"parcels-1\",\"parcels-1\"]}", answer);
        assertEquals(
                List.of(
                        "reserve or release",
                        "/reservations",
                        "StepDone",
                        "charge or refund",
                        "/charges",
                        "StepDone",
                        "AwaitEvent",
                        "ship",
                        "ship",
                        "/parcels",
                        "/parcels",
                        "StepDone",
                        "StepDone"),
                asked(host));
        HostCall.AwaitEvent wait = (HostCall.AwaitEvent) host.asked().get(6).call();
        assertEquals("event.order == \"o-1\"", wait.filter());
        assertEquals(Optional.of(Duration.ofDays(7)), wait.timeout());
    }

    @Test
    void anOrderThatNobodyPaysEndsWithItsError() throws Exception {
        Fault late = Fault.of(Fault.TIMEOUT, Fault.Owner.FUNCTION, "no event within P7D");
        FakeHost host =
                new FakeHost(call -> call instanceof HostCall.AwaitEvent ? new HostReply.Refused(late) : shop(call));
        Fault fault = Scripts.failure(Scripts.run(launch(), ORDER, host)).fault();
        assertEquals("gts.x.core.faas.err.v1~shop.order._.unpaid.v1~", fault.id());
        assertEquals("{\"charge\":\"charges-1\"}", fault.details().text());
    }

    @Test
    void whatWasDoneIsUndone() throws Exception {
        record Undone(String function, String output, String path, String body) {}

        List<Undone> all = List.of(
                new Undone("release", "{\"reservation\": \"r-5\"}", "/releases", "{\"id\":\"r-5\"}"),
                new Undone("refund", "{\"charge\": \"c-5\"}", "/refunds", "{\"id\":\"c-5\"}"));
        try (Executor executor = Scripts.executor();
                Instance instance = executor.start(launch())) {
            for (Undone each : all) {
                FakeHost host = new FakeHost(WorkflowDocTest::shop);
                Scripts.answer(instance.invoke(undoing(each.function, each.output), host));
                assertEquals(List.of(each.path), asked(host));
                HostCall.Http call = (HostCall.Http) host.asked().getFirst().call();
                assertEquals(each.body, call.body().text());
            }
        }
    }

    private static Invocation undoing(String function, String output) {
        Invocation plain = Samples.invocation(ORDER);
        Fault cause = Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "no longer wanted");
        Entry entry = new Entry.Compensation(function, "step", plain.input(), Optional.of(Bytes.utf8(output)), cause);
        return new Invocation(
                plain.executionId(),
                1,
                entry,
                plain.input(),
                plain.attributes(),
                plain.caller(),
                plain.secrets(),
                plain.deadline());
    }

    @Test
    @Tag("RT-04")
    void theReferenceHasEveryHelperThereIs() throws Exception {
        String reference = Files.readString(DOCS.resolve("starlark.md"));
        List<String> missing = HostFunctions.ALL.keySet().stream()
                .filter(name -> name.startsWith("r_"))
                .map(name -> name.replaceAll("^(r_sleep|r_exit)_v1$", "$1"))
                .filter(name -> !reference.contains("`" + name + "("))
                .toList();
        assertEquals(List.of(), missing);
    }
}
