package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A contract that no call could be checked against is refused when it is deployed; what is left is the function's fault. */
@ExtendWith(OpenHouse.class)
record ContractCostTest(House house) {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "{'params':{'$ref':'#'}} => /contract/params/$ref",
                "{'returns':{'allOf':[{'$ref':'#'}]}} => /contract/returns/allOf/0/$ref",
                "{'params':{'$defs':{'a':{'$ref':'#/$defs/b'},'b':{'$ref':'#/$defs/a'}},'$ref':'#/$defs/a'}} => /contract/params/$defs/b/$ref",
                "{'params':{'$dynamicRef':'#x'}} => /contract/params/$dynamicRef"
            })
    void aContractThatLeadsNowhereIsNotDeployed(String contract, String place) {
        for (String how : new String[] {"", "?dryRun=true"}) {
            Reply refused = house.post(
                            "/api/v1/functions" + how,
                            House.function("circle", "echo", "\"contract\":" + contract.replace('\'', '"')))
                    .isProblem(422, "deploy");
            assertEquals(place, refused.at("/errors/0/path"), refused.body());
            assertTrue(refused.at("/errors/0/message").contains("expected"), refused.body());
        }
        house.get("/api/v1/functions/circle").is(404);
    }

    @Test
    void aContractWhoseCheckWouldTakeForeverIsNotDeployed() {
        StringBuilder contract = new StringBuilder("{'$defs':{'l0':{'type':'string'}");
        for (int i = 1; i < 30; i++) {
            String before = "{'$ref':'#/$defs/l" + (i - 1) + "'}";
            contract.append(",'l" + i + "':{'allOf':[" + before + "," + before + "]}");
        }
        String schema = contract.append("},'$ref':'#/$defs/l29'}").toString().replace('\'', '"');
        Reply refused = house.post(
                        "/api/v1/functions",
                        House.function("long-check", "echo", "\"contract\":{\"params\":" + schema + "}"))
                .isProblem(422, "deploy");
        assertTrue(refused.at("/errors/0/path").startsWith("/contract/params/$defs/l"), refused.body());
        assertTrue(refused.at("/detail").contains("more than 10000 checks"), refused.body());
    }

    @Test
    void aCheckThatIsGivenUpIsTheFunctionsFault() {
        String twice =
                "{\"allOf\":[{\"properties\":{\"a\":{\"$ref\":\"#\"}}},{\"properties\":{\"a\":{\"$ref\":\"#\"}}}]}";
        String deep = "{\"a\":".repeat(100) + "1" + "}".repeat(100);
        house.deploy("takes", "echo", "\"contract\":{\"params\":" + twice + "}");
        house.deploy("gives", "echo", "\"contract\":{\"returns\":" + twice + "}");
        house.invoke("takes", "{\"a\":{\"a\":1}}").is(200);
        house.invoke("gives", "{\"a\":{\"a\":1}}").is(200);
        for (String name : new String[] {"takes", "gives"}) {
            Reply failed = house.invoke(name, deep).isProblem(500, "code");
            assertEquals("function", failed.at("/owner"), failed.body());
            assertTrue(failed.at("/detail").contains("contract cannot be checked"), failed.body());
        }
        house.post("/api/v1/functions/takes/invoke-async", deep).isProblem(500, "code");
    }

    @ParameterizedTest
    @CsvSource({"nope", "ftp://example.com/", "http://169.254.169.254/"})
    void anAddressThatCodeMayNotAskIsTheFunctionsFault(String address) {
        String name = "asks-" + Integer.toHexString(address.hashCode());
        house.deploy(name, "http " + address);
        Reply failed = house.invoke(name, "{}").isProblem(500, "permission_denied");
        assertEquals("function", failed.at("/owner"), failed.body());
        assertEquals("The function failed", failed.at("/title"), failed.body());
    }
}
