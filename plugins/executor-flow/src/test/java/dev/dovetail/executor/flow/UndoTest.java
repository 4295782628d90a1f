package dev.dovetail.executor.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.testkit.executor.FakeHost;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What undoes a task is kept with it, for whoever undoes it: once it is done, and however it was reached. */
@Tag("WF-18")
final class UndoTest {
    private static final String REFUND = Saga.REFUND;

    @Test
    void whatIsDoneIsUndoneInTheReverseOrderWithWhatItWasGivenAndGave() throws Exception {
        Saga saga = Saga.run("""
                do:
                  - reserve:
                      call: http
                      with: {method: post, endpoint: 'https://a.example', body: '${ . }'}
                      output: {as: '{kept: .id}'}
                      metadata:
                        owner: shop
                        compensatedBy:
                          call: http
                          with:
                            method: delete
                            endpoint: https://a.example
                            body: '${ {id: .output.id, was: .input.n, why: .error.detail} }'
                  - tell:
                      emit: {event: {with: {type: reserved, data: '${ . }'}}}
                      metadata: {compensatedBy: {emit: {event: {with: {type: freed, data: '${ .output.data.kept }'}}}}}
                  - charge: {call: charge, metadata: {compensatedBy: {call: refund}}}
                  - ship: {run: {workflow: {name: ship}}, output: {as: .id}, %s}
                  - count: {set: {n: 1}}
                """.formatted(REFUND));
        assertEquals(
                List.of(
                        "step /do/0/reserve undone",
                        "POST https://a.example {\"n\":1}",
                        "done",
                        "step /do/1/tell undone",
                        "Now",
                        "publish {\"topic\":\"reserved\",\"payload\":{\"kept\":\"of https://a.example\"}}",
                        "done",
                        "step /do/2/charge undone"),
                saga.asked().subList(0, 8));
        List<String> undone = saga.undone();
        assertEquals("refund {\"id\":\"ship\"}", undone.get(0));
        assertTrue(undone.get(1).startsWith("refund {\"input\":{\"specversion\""), undone::toString);
        assertTrue(undone.get(1).contains("\"output\":{\"id\":\"charge\""), undone::toString);
        assertEquals("publish {\"topic\":\"freed\",\"payload\":\"of https://a.example\"}", undone.get(2));
        assertEquals(
                "DELETE https://a.example {\"id\":\"of https://a.example\",\"was\":1,\"why\":\"no longer wanted\"}",
                undone.get(3));
        assertEquals(4, undone.size());
    }

    @Test
    void aCallOfAFunctionIsAStepThatMayHaveHadItsEffectAndAWorkflowIsNotedWhenItHasEnded() {
        assertEquals(
                List.of(
                        "step /do/0/charge undone",
                        "charge {\"n\":1}",
                        "done",
                        "ship {\"n\":1}",
                        "step /do/1/ship undone",
                        "done"),
                Saga.run("""
                        do:
                          - charge: {call: charge, output: {as: $input}, %s}
                          - ship: {run: {workflow: {name: ship}}, %s}
                        """.formatted(REFUND, REFUND)).asked());
    }

    @Test
    void aWorkflowThatIsCalledLikeAFunctionIsToldApart() {
        Fault told = Flows.fault(Saga.run(
                        "do: [{ship: {call: ship, " + REFUND + "}}]",
                        "{}",
                        _ -> new HostReply.Refused(Fault.of(
                                Fault.UNSUPPORTED + "x.core._.suspend_in_step.v1~",
                                Fault.Owner.FUNCTION,
                                "A step cannot")))
                .outcome);
        assertTrue(
                told.message()
                        .endsWith(
                                "\"ship\" is a workflow; expected run: {workflow: {name: ship}}, which can be undone"),
                told.message());
        assertEquals(
                "/do/0/ship",
                Flows.json(told.details().text()).at("/error/instance").asText());
    }

    @Test
    void eachRoundOfALoopIsUndoneByItself() throws Exception {
        Saga saga = Saga.run("""
                do:
                  - all:
                      for: {each: parcel, in: '["a", "b"]'}
                      do:
                        - pack:
                            call: pack
                            with: {parcel: '${ $parcel }'}
                            metadata: {compensatedBy: {call: unpack, with: '${ [$parcel, $index, .output.of.parcel] }'}}
                  - fail: {call: fail, with: {bad: true}, metadata: {compensatedBy: {call: never}}}
                """);
        assertTrue(Flows.fault(saga.outcome).message().contains("no {\"bad\":true}"));
        assertEquals(List.of("unpack [\"b\",1,\"b\"]", "unpack [\"a\",0,\"a\"]"), saga.undone());
    }

    @Test
    void whatIsSkippedHasNothingToUndoAndWhatWasDoneBeforeACaughtErrorHas() throws Exception {
        Saga saga = Saga.run("""
                do:
                  - skipped: {if: 'false', call: skipped, %1$s}
                  - tried:
                      try:
                        - first: {call: first, with: 1, %1$s}
                        - second: {call: second, with: {bad: 1}, %1$s}
                      catch:
                        do:
                          - instead:
                              call: instead
                              metadata: {compensatedBy: {call: withdraw, with: '${ $error.detail }'}}
                """.formatted(REFUND));
        assertEquals("instead", Flows.answer(saga.outcome).path("id").asText());
        assertEquals(List.of("withdraw \"no {\\\"bad\\\":1}\"", "refund {\"id\":\"first\"}"), saga.undone());
    }

    @Test
    void whatIsMadeOfTasksIsUndoneWhenAllAreDoneAndBeforeThem() throws Exception {
        Saga saga = Saga.run("""
                use:
                  functions:
                    pay: {call: charge, with: {by: '${ .by }'}}
                    repay:
                      do:
                        - first: {call: refund, with: '${ .output.id }'}
                        - then: {call: tell, with: '${ $context.who }'}
                do:
                  - who: {set: {by: ada}, export: {as: '{who: .by}'}}
                  - order:
                      do:
                        - reserve: {call: reserve, metadata: {compensatedBy: {call: free, with: 0}}}
                        - pay: {call: pay, with: {by: eve}, metadata: {compensatedBy: repay}}
                      metadata: {compensatedBy: {call: forget, with: '${ $workflow.input.n }'}}
                  - other: {set: {}, export: {as: '{who: nobody}'}}
                """.replace("who: nobody", "who: \"nobody\""));
        Flows.answer(saga.outcome);
        assertEquals(List.of("forget 1", "refund \"charge\"", "tell \"ada\"", "free 0"), saga.undone());
    }

    @Test
    void whatIsSecretIsReadWhenItIsUndoneAndKeptNowhere() throws Exception {
        Saga saga = Saga.run("""
                use: {secrets: [key]}
                do:
                  - put:
                      call: http
                      with: {method: put, endpoint: 'https://a.example', headers: {k: '${ $secrets.key }'}}
                      metadata: {compensatedBy: {call: http, with: {method: delete, endpoint: '${ "https://a.example/?" + ($secrets.key | ascii_downcase | sub(" "; "-")) }'}}}
                """);
        assertEquals(
                "{\"call\":\"http\",\"method\":\"PUT\",\"input\":{\"n\":1}}",
                saga.undoings().getFirst().stepInput().text());
        assertEquals(List.of("ReadSecret", "DELETE https://a.example/?the-key "), saga.undone());
    }

    @Test
    void whatIsReplayedIsNotDoneAgainAndKeepsTheSame() throws Exception {
        String flow = """
                do:
                  - ship: {run: {workflow: {name: ship}}, %s}
                  - charge: {call: charge, %s}
                """.formatted(REFUND, REFUND);
        Saga first = Saga.run(flow);
        FakeHost host = new FakeHost(Saga::works).whileReplaying();
        host.steps()
                .settled("/do/0/ship", FakeHost.json("null"))
                .settled("/do/1/charge", FakeHost.json("{\"id\":\"charge\"}"));
        assertEquals(
                "charge",
                Flows.answer(Flows.run(Flows.launch(flow), "{\"n\":1}", host))
                        .path("id")
                        .asText());
        List<HostCall> steps = host.asked().stream()
                .map(FakeHost.Asked::call)
                .filter(HostCall.Step.class::isInstance)
                .toList();
        assertEquals(
                first.undoings().reversed().stream()
                        .map(each -> each.stepInput())
                        .toList(),
                steps.stream().map(each -> ((HostCall.Step) each).input()).toList());
        assertEquals(3, host.asked().size());
    }

    @Test
    void ofWhatNobodyKnowsTheEndThereIsNoOutput() throws Exception {
        Entry.Compensation begun = new Entry.Compensation(
                "/do/0/charge",
                "/do/0/charge",
                Bytes.utf8("{\"call\":\"charge\",\"input\":{\"n\":1}}"),
                Optional.empty(),
                Saga.CAUSE);
        assertEquals(
                List.of("refund {\"id\":null}"),
                Saga.undone(Flows.launch("do: [{charge: {call: charge, " + REFUND + "}}]"), begun));
    }

    @Test
    void whatIsTooLargeToBeKeptIsNotBegun() {
        String large = "do: [{grow: {set: {a: '${ \"x\" * 300000 }'}}}, {t: {%s, " + REFUND + "}}]";
        for (String task : List.of("call: charge", "run: {workflow: {name: ship}}", "do: [{one: {call: one}}]")) {
            Saga saga = Saga.run(large.formatted(task));
            assertEquals(List.of(), saga.asked());
            assertTrue(
                    Flows.fault(saga.outcome)
                            .message()
                            .startsWith("It is too large to be undone: What the task is given, with the variables that "
                                    + "what undoes it sees, has 3000"),
                    saga.outcome::toString);
        }
    }
}
