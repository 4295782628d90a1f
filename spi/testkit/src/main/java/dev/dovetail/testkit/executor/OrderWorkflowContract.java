package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The workflow of an order that {@code docs/functions.md} tells, in the executor's language: it deploys without a complaint,
 * and does what is said of it. For executors with the ability {@code DURABLE}, beside {@link DurableGuestContract}.
 */
public interface OrderWorkflowContract {
    /** A bench with the executor, opened for this test, which closes it. */
    TestBench bench() throws Exception;

    /** The workflow as the page has it, with its answer's keys {@code charge}, {@code paidBy} and {@code parcels}. */
    Launch order(TestBench bench) throws Exception;

    private static Fault late() {
        return Fault.of(Fault.TIMEOUT, Fault.Owner.CALLER, "no event within a week");
    }

    private static String path(HostCall.Http http) {
        return http.uri().substring("https://shop.example/api/".length());
    }

    /** Answers each request with an id that tells what it is of. */
    private static HostReply shop(HostCall call, HostReply event) {
        return switch (call) {
            case HostCall.Http http ->
                FakeHost.json("{\"status\":201,\"headers\":{},\"body\":\"{\\\"id\\\":\\\"" + path(http) + "-1\\\"}\"}");
            case HostCall.AwaitEvent wait -> {
                assertEquals("event.order == \"o-1\"", wait.filter());
                yield event;
            }
            default -> throw new AssertionError(call);
        };
    }

    /** What only workflows have may be told, and is no fault of a workflow's. */
    private static boolean isTold(Problem problem) {
        return problem.severity() == Problem.Severity.WARNING && problem.code().startsWith("USES_");
    }

    /** Runs it and then undoes what it did, as if it had been canceled after its end. */
    private Outcome run(FakeHost host) throws Exception {
        try (TestBench bench = bench()) {
            Launch launch = order(bench);
            assertEquals(
                    List.of(),
                    bench.executor().inspect(launch).stream()
                            .filter(problem -> !isTold(problem))
                            .toList());
            try (Instance instance = bench.executor().start(launch)) {
                String order = "{\"id\":\"o-1\",\"total\":50,\"items\":[\"cup\",\"pot\"]}";
                Outcome outcome = instance.invoke(Samples.workflow(order), host);
                for (FakeHost.Asked asked : host.asked()) {
                    if (asked.call() instanceof HostCall.Step step
                            && step.compensation().isPresent()) {
                        undo(instance, step, host);
                    }
                }
                return outcome;
            }
        }
    }

    private static void undo(Instance instance, HostCall.Step step, FakeHost host) {
        Optional<Bytes> output = Optional.of(Bytes.utf8("\"" + step.label() + "-1\""));
        var entry =
                new Entry.Compensation(step.compensation().orElseThrow(), step.label(), step.input(), output, late());
        String undone = TestBench.text(instance.invoke(Samples.workflow("{}", entry), host));
        assertFalse(undone.startsWith("code "), undone);
    }

    @Test
    default void anOrderThatIsPaidIsShipped() throws Exception {
        FakeHost host = new FakeHost(call -> shop(call, FakeHost.json("{\"order\":\"o-1\",\"by\":\"ada\"}")));
        Outcome.Returned returned = (Outcome.Returned) run(host);
        JsonNode answer = JsonMapper.shared().readTree(returned.body().text());
        assertEquals("charges-1", answer.get("charge").stringValue());
        assertEquals("ada", answer.get("paidBy").stringValue());
        assertEquals("[\"parcels-1\",\"parcels-1\"]", answer.get("parcels").toString());
        List<HostCall.Http> sent = host.asked().stream()
                .map(FakeHost.Asked::call)
                .filter(HostCall.Http.class::isInstance)
                .map(HostCall.Http.class::cast)
                .toList();
        assertEquals(
                List.of("reservations", "charges", "parcels", "parcels", "releases", "refunds"),
                sent.stream().map(OrderWorkflowContract::path).toList());
        assertTrue(sent.get(1).body().text().contains("\"total\":50"), sent::toString);
        assertEquals("{\"id\":\"reserve-1\"}", sent.get(4).body().text());
        assertEquals("{\"id\":\"charge-1\"}", sent.get(5).body().text());
    }

    @Test
    default void anOrderThatNobodyPaysEndsWithAnErrorOfItsOwn() throws Exception {
        FakeHost host = new FakeHost(call -> shop(call, new HostReply.Refused(late())));
        Outcome.Failed failed = (Outcome.Failed) run(host);
        assertEquals(
                "gts.x.core.faas.err.v1~shop.order._.unpaid.v1~", failed.fault().id());
        assertEquals("{\"charge\":\"charges-1\"}", failed.fault().details().text());
    }
}
