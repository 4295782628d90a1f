package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a function that calls a function is told of its failure, and its own caller after it. */
@ExtendWith(OpenHouse.class)
record PropagationTest(House house) {
    private static final String OWN = "gts.x.core.faas.err.v1~x.core._.http_transport.v1~";

    @BeforeAll
    static void deploy(House house) {
        house.deploy("callee", "fault " + OWN + " DEPENDENCY the bank is closed");
        house.deploy("caller", "call callee {}");
        house.deploy("outer", "call caller {}");
        house.deploy("nobodys", "call nobody {}");
        house.deploy("strict", "return 1", "\"contract\":{\"params\":{\"type\":\"object\",\"required\":[\"a\"]}}");
        house.deploy("careless", "call strict {}");
    }

    @Test
    @Tag("IV-28")
    void anErrorKeepsItsIdAndOwnerAndSaysThroughWhomItCame() {
        Reply reply = house.invoke("outer", "{}").isProblem(502, "http_transport");
        assertEquals("gts://" + OWN, reply.at("/type"));
        assertEquals("dependency", reply.at("/owner"));
        assertEquals("\"caller\" failed: \"callee\" failed: the bank is closed", reply.at("/detail"));
    }

    @Test
    @Tag("IV-28")
    void aCallThatIsRefusedIsTheFaultOfTheFunctionThatMadeIt() {
        Reply nobody = house.invoke("nobodys", "{}").isProblem(500, "not_found");
        assertEquals("function", nobody.at("/owner"));
        Reply careless = house.invoke("careless", "{}").isProblem(422, "validation");
        assertEquals("function", careless.at("/owner"));
        assertEquals("\"strict\": ", careless.at("/detail").substring(0, 10));
    }

    @Test
    @Tag("IV-28")
    void aChildOfAWorkflowFailsItInTheSameWords() throws Exception {
        Flows flows = new Flows(house);
        flows.deploy("child", guest -> {
            throw Guest.fails("nothing left");
        });
        flows.deploy("parent", guest -> guest.child("child", "{}"));
        Reply ended = flows.await(flows.start("parent", "{}"), "failed");
        assertEquals("\"child\" failed: nothing left", ended.at("/error/message"));
        assertEquals("gts.x.core.faas.err.v1~x.core._.code.v1~", ended.at("/error/id"));
        assertEquals("function", ended.at("/error/owner"));
    }
}
