package dev.dovetail.executor.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.Need;
import dev.dovetail.testkit.Needs;
import dev.dovetail.testkit.executor.FakeHost;
import dev.dovetail.testkit.executor.Samples;
import dev.dovetail.testkit.executor.TestBench;
import dev.dovetail.worker.json.Fields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The workflow in the documents is one: it deploys without a complaint, and does what is said of it. */
@Needs(Need.NODE)
@Tag("WF-14")
@Tag("WF-18")
final class WorkflowDocTest {
    private static final String SOURCE = source();
    private static final String ORDER = "{\"id\":\"o-1\",\"total\":50,\"items\":[\"cup\",\"pot\"]}";
    private static final Fault LATE = Fault.of(Fault.TIMEOUT, Fault.Owner.CALLER, "no event within a week");

    private final List<String> sent = new ArrayList<>();

    private static String source() {
        try {
            Matcher block = Pattern.compile("<!-- workflow order-js -->\\s*```js\\n(.*?)```", Pattern.DOTALL)
                    .matcher(Files.readString(Path.of("../../docs/functions.md")));
            assertTrue(block.find(), "docs/functions.md has no workflow \"order-js\"");
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers each request with an id that tells what it is of. */
    private HostReply shop(HostCall call, HostReply event) {
        return switch (call) {
            case HostCall.Http http -> {
                String path = http.uri().substring("https://shop.example/api/".length());
                sent.add(path + " " + http.body().text());
                yield FakeHost.json("{\"status\":201,\"headers\":{},\"body\":\"{\\\"id\\\":\\\"" + path + "-1\\\"}\"}");
            }
            case HostCall.AwaitEvent wait -> {
                assertEquals("event.order == \"o-1\"", wait.filter());
                yield event;
            }
            default -> throw new AssertionError(call);
        };
    }

    private Outcome run(HostReply event) throws Exception {
        try (TestBench bench = Benches.open()) {
            Launch launch = bench.launch("index.js", SOURCE);
            assertEquals(List.of(), bench.executor().inspect(launch));
            try (Instance instance = bench.executor().start(launch)) {
                FakeHost host = new FakeHost(call -> shop(call, event));
                Outcome outcome = instance.invoke(Samples.workflow(ORDER), host);
                for (FakeHost.Asked asked : host.asked()) {
                    if (asked.call() instanceof HostCall.Step step
                            && step.compensation().isPresent()) {
                        var undo = new Entry.Compensation(
                                step.compensation().get(),
                                step.label(),
                                step.input(),
                                Optional.of(Bytes.utf8("\"" + step.label() + "-1\"")),
                                LATE);
                        String undone = TestBench.text(instance.invoke(Samples.workflow("{}", undo), host));
                        assertTrue(!undone.startsWith("code "), undone);
                    }
                }
                return outcome;
            }
        }
    }

    @Test
    void anOrderThatIsPaidIsShipped() throws Exception {
        Outcome.Returned returned = (Outcome.Returned) run(FakeHost.json("{\"order\":\"o-1\",\"by\":\"ada\"}"));
        Fields answer = Fields.read(returned.body().toArray());
        assertEquals("charges-1", answer.text("charge"));
        assertEquals("ada", answer.text("paidBy"));
        assertEquals(List.of("parcels-1", "parcels-1"), answer.texts("parcels"));
        assertEquals(
                List.of("reservations", "charges", "parcels", "parcels", "releases", "refunds"),
                sent.stream().map(each -> each.split(" ")[0]).toList());
        assertEquals("releases {\"id\":\"reserve-1\"}", sent.get(4));
        assertEquals("refunds {\"id\":\"charge-1\"}", sent.get(5));
        assertTrue(sent.get(1).contains("\"total\":50"), sent.get(1));
    }

    @Test
    void anOrderThatNobodyPaysEndsWithAnErrorOfItsOwn() throws Exception {
        Outcome.Failed failed = (Outcome.Failed) run(new HostReply.Refused(LATE));
        assertEquals(
                "gts.x.core.faas.err.v1~shop.order._.unpaid.v1~", failed.fault().id());
        assertEquals("{\"charge\":\"charges-1\"}", failed.fault().details().text());
    }
}
