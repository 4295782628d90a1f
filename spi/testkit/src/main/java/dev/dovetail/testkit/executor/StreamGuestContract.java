package dev.dovetail.testkit.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Context;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.plugin.ExecutorProvider.Ability;
import dev.dovetail.testkit.Rule;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * How guests stream: rules 15 to 18 of {@code docs/spi/host.md}. For executors with one of the abilities to, whose tests implement
 * this beside {@link ExecutorContract}. JSON is compared without its spaces.
 */
public interface StreamGuestContract extends SampledContract {
    private static String text(Bytes json) {
        return json.text().replaceAll("\\s", "");
    }

    private static List<String> pieces(FakeHost host) {
        return host.asked().stream()
                .map(each ->
                        text(assertInstanceOf(HostCall.Chunk.class, each.call()).data()))
                .toList();
    }

    @Test
    @Rule("host/15")
    default void piecesAreSentInTheOrderOfTheCodeAsJson(Executor executor, Context context) throws Exception {
        assertTrue(provider().abilities().contains(Ability.STREAM_OUT), "the ability STREAM_OUT is not declared");
        try (Instance instance = executor.start(launch(context, Sample.CHUNKS))) {
            FakeHost host = new FakeHost(call -> FakeHost.json("null"));
            assertEquals("\"sent\"", returned(invoke(instance, "{}", host)));
            assertEquals(List.of("{\"n\":1}", "[\"two\"]"), pieces(host));
            host.asked().forEach(each -> assertEquals(Host.MAIN, each.scope()));
        }
    }

    @Test
    @Rule("host/16")
    default void codeWaitsUntilThereIsRoom(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.CHUNKS))) {
            FakeHost host = new FakeHost(call -> FakeHost.json("null")).holding();
            CompletableFuture<Outcome> outcome =
                    CompletableFuture.supplyAsync(() -> instance.invoke(Samples.invocation("{}"), host));
            host.awaitAsked(1);
            assertEquals(1, host.asked().size());
            host.release(0);
            host.awaitAsked(2);
            host.release(1);
            assertEquals("\"sent\"", returned(outcome.get()));
            assertEquals(2, host.asked().size());
        }
    }

    @Test
    @Rule("host/17")
    default void afterStopInAnswerToAPieceTheCodeLeaves(Executor executor, Context context) throws Exception {
        try (Instance instance = executor.start(launch(context, Sample.CHUNKS))) {
            FakeHost host = new FakeHost(call -> FakeHost.json("null")).holding();
            host.answer(new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "nobody reads")));
            assertInstanceOf(Outcome.Stopped.class, invoke(instance, "{}", host));
            assertEquals(List.of("{\"n\":1}"), pieces(host));
        }
    }

    @Test
    @Rule("host/18")
    default void theInputIsReadToItsEnd(Executor executor, Context context) throws Exception {
        Assumptions.assumeTrue(provider().abilities().contains(Ability.STREAM_IN), "it does not read streams");
        Deque<HostReply> replies = new ArrayDeque<>(List.of(
                FakeHost.json("{\"data\":1}"),
                FakeHost.json("{\"data\":null}"),
                FakeHost.json("{\"data\":{\"a\":[2]}}"),
                FakeHost.json("null")));
        try (Instance instance = executor.start(launch(context, Sample.READ))) {
            FakeHost host = new FakeHost(call -> replies.remove());
            assertEquals(
                    "[1,null,{\"a\":[2]}]",
                    returned(invoke(instance, "{}", host)).replaceAll("\\s", ""));
            host.asked().forEach(each -> assertEquals(new HostCall.Read(), each.call()));
        }
    }
}
