package dev.dovetail.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.worker.json.Fields;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is believed of what a worker says that it made. */
@Tag("RT-25")
final class HandoverTest {
    private final Handover handover = new Handover();
    private final List<String> wrong = new ArrayList<>();

    private void made(String what) {
        handover.made(Bytes.utf8(what), wrong::add);
    }

    @Test
    void whatIsToldFirstCountsAndTheSecondEndsTheWorker() {
        handover.begin(true);
        made("the compiler's");
        assertEquals(List.of(), wrong);
        made("the function's");
        assertEquals(1, wrong.size());
        assertTrue(wrong.getFirst().contains("not again"), wrong.getFirst());
        handover.ready(Fields.NONE);
        assertEquals("the compiler's", handover.known().made().text());
    }

    @Test
    void aWorkerThatWasNotAskedIsNotBelieved() {
        made("before it was given code");
        handover.begin(false);
        made("unasked");
        handover.ready(Fields.NONE);
        made("later");
        assertEquals(3, wrong.size());
        assertTrue(handover.known().made().isEmpty());
    }

    @Test
    void nothingIsKeptOfCodeThatFailed() {
        handover.begin(true);
        made("something");
        handover.failed(Fields.NONE);
        assertTrue(handover.known().made().isEmpty());
        assertTrue(handover.known().error().isPresent());
    }

    @Test
    void afterItIsLoadedNothingIsTakenAnyMore() {
        handover.begin(true);
        handover.ready(Fields.NONE);
        made("the function's");
        assertEquals(1, wrong.size());
        assertTrue(handover.known().made().isEmpty());
    }
}
