package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.testkit.Eventually;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Executions wait for what people decide, at an address that is all the right it takes. */
@ExtendWith(OpenHouse.class)
record ApprovalsDurableTest(House house, Flows flows) {
    @BeforeAll
    static void deploy(Flows flows) {
        flows.deploy("refund", refund());
    }

    static HostCall approval(String arguments) {
        return new HostCall.Other("approval", 1, Bytes.utf8(arguments));
    }

    static Guest.Flow refund() {
        return guest -> guest.call(approval("{\"name\":\"refund\",\"message\":\"May we?\",\"timeoutMs\":3600000}"));
    }

    /** A request as somebody makes it who knows nothing but the address. */
    static Reply bare(House house, String method, String url, String body) {
        URI uri = house.uri(URI.create(url).getRawPath());
        return House.send(HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body)));
    }

    private Reply bare(String method, String url, String body) {
        return bare(house, method, url, body);
    }

    private String waits(String function) throws Exception {
        String id = flows.start(function, "{}");
        assertEquals("approval", flows.await(id, "suspended").at("/waitsFor"));
        return id;
    }

    private String url(String id) {
        return flows.show(id).at("/approvals/0/url");
    }

    @Test
    @Tag("WF-12")
    void whoHasTheAddressSeesWhatIsAskedAndDecidesOnce() throws Exception {
        String id = waits("refund");
        String url = url(id);
        assertTrue(url.startsWith("http://127.0.0.1:" + house.port() + "/api/v1/approvals/"), url);
        Reply asked = bare("GET", url, "").is(200);
        assertEquals("open", asked.at("/state"));
        assertEquals("refund", asked.at("/name"));
        assertEquals("May we?", asked.at("/message"));
        assertEquals(flows.show(id).at("/approvals/0/expiresAt"), asked.at("/expiresAt"));
        Reply why = house.get("/api/v1/executions/" + id + "/explain").is(200);
        assertTrue(why.at("/why").contains("a person's decision until"), why.body());
        assertEquals(url, why.at("/approvals/0/url"));
        assertTrue(flows.events(id).contains("approval_requested"), flows.events(id)::toString);

        bare("POST", url, "{\"approved\":\"yes\"}").isProblem(400, "malformed");
        bare("POST", url, "{\"approved\":true,\"who\":1}").isProblem(400, "malformed");
        bare("POST", url, "{\"approved\":true,\"by\":7}").isProblem(400, "malformed");
        assertEquals("suspended", flows.status(id));
        bare("POST", url, "{\"approved\":true,\"by\":\"ann\",\"comment\":\"fine\"}")
                .is(200);
        Reply ended = flows.await(id, "succeeded");
        assertEquals("true", ended.at("/output/approved"));
        assertEquals("ann", ended.at("/output/by"));
        assertEquals("fine", ended.at("/output/comment"));
        assertFalse(ended.at("/output/at").isEmpty());
        bare("POST", url, "{\"approved\":false}").isProblem(409, "invalid_state");
        assertEquals("decided", bare("GET", url, "").is(200).at("/state"));
        assertTrue(flows.show(id).at("/approvals").isEmpty());
    }

    @Test
    @Tag("WF-12")
    void ofManyWhoDecideAtOnceOneDoes() throws Exception {
        flows.deploy("decided", guest -> {
            String decision = refund().run(guest);
            house.commands.gate("decided").pass(); // who comes after its end is told that it has ended
            return decision;
        });
        String id = waits("decided");
        String url = url(id);
        AtomicInteger taken = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        List<Integer> others = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 8; i++) {
            String body = "{\"approved\":" + (i % 2 == 0) + ",\"by\":\"p" + i + "\"}";
            all.add(Thread.startVirtualThread(() -> {
                int status = bare("POST", url, body).status();
                if (status == 200) {
                    taken.incrementAndGet();
                } else {
                    others.add(status);
                }
            }));
        }
        for (Thread each : all) {
            each.join();
        }
        house.commands.gate("decided").open();
        flows.await(id, "succeeded");
        assertEquals(1, taken.get());
        assertEquals(List.of(409, 409, 409, 409, 409, 409, 409), others);
    }

    @Test
    @Tag("WF-12")
    void aDryRunDecidesNothing() throws Exception {
        String id = waits("refund");
        String url = url(id);
        Reply dry = House.send(HttpRequest.newBuilder(house.uri(URI.create(url).getRawPath() + "?dryRun=true"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"approved\":true}")));
        assertEquals("true", dry.is(200).at("/dryRun"));
        assertEquals("open", bare("GET", url, "").is(200).at("/state"));
        flows.control(id, "cancel").is(202);
        flows.await(id, "canceled");
        bare("GET", url, "").isProblem(410, "expired");
        bare("POST", url, "{\"approved\":true}").isProblem(410, "expired");
    }

    @Test
    @Tag("WF-12")
    void whatNobodyDecidesEndsWithATimeoutAndItsAddressWithIt() throws Exception {
        flows.deploy("soon", guest -> {
            try {
                return guest.call(approval("{\"name\":\"soon\",\"timeoutMs\":2500}"));
            } catch (Guest.Refused e) {
                return "\"" + e.fault().id() + "\"";
            }
        });
        String id = waits("soon");
        String url = url(id);
        assertEquals(Fault.TIMEOUT, flows.await(id, "succeeded").at("/output"));
        bare("GET", url, "").isProblem(410, "expired");
        bare("POST", url, "{\"approved\":true}").isProblem(410, "expired");
    }

    @Test
    @Tag("WF-12")
    void aForgedAddressLeadsNowhere() throws Exception {
        String id = waits("refund");
        String token = url(id).replaceAll(".*/", "");
        String other = url(waits("refund")).replaceAll(".*/", "");
        List<String> forged = new ArrayList<>(List.of(
                "x",
                ".",
                "a.b",
                token + "A",
                token.substring(0, token.indexOf('.')) + other.substring(other.indexOf('.')),
                token.substring(0, token.indexOf('.')),
                "A".repeat(2000)));
        for (int at : new int[] {0, token.indexOf('.') - 1, token.indexOf('.') + 1, token.length() - 1}) {
            for (char with : new char[] {'A', 'B', 'w', '_'}) {
                if (token.charAt(at) != with) {
                    forged.add(token.substring(0, at) + with + token.substring(at + 1));
                }
            }
        }
        for (String each : forged) {
            bare("GET", "http://any/api/v1/approvals/" + each, "").isProblem(404, "not_found");
            bare("POST", "http://any/api/v1/approvals/" + each, "{\"approved\":true}")
                    .isProblem(404, "not_found");
        }
        assertEquals("suspended", flows.status(id));
        flows.control(id, "cancel").is(202);
    }

    @Test
    @Tag("WF-12")
    void aBadQuestionIsRefusedInWordsAndNothingWaitsInAStepOrAPlainCall() throws Exception {
        flows.deploy("bad", guest -> {
            List<String> said = new ArrayList<>();
            for (String each : List.of("{}", "{\"name\":\"x\",\"timeoutMs\":0}", "{\"name\":\"x\",\"message\":5}")) {
                try {
                    guest.call(approval(each));
                } catch (Guest.Refused e) {
                    said.add(
                            e.fault().id().equals(Fault.VALIDATION)
                                    ? e.fault().message()
                                    : e.fault().id());
                }
            }
            said.add(guest.step("s", (it, run) -> {
                try {
                    return it.call(run.scope(), approval("{\"name\":\"x\"}"));
                } catch (Guest.Refused e) {
                    return "\"" + e.fault().message() + "\"";
                }
            }));
            return "\"" + String.join("|", said).replace("\"", "'") + "\"";
        });
        String said = flows.await(flows.start("bad", "{}"), "succeeded").at("/output");
        assertTrue(said.contains("approval: name is missing"), said);
        assertTrue(said.contains("timeoutMs is 0; expected whole milliseconds above 0"), said);
        assertTrue(said.contains("message is 5"), said);
        assertTrue(said.contains("cannot wait for a person's decision"), said);
    }

    @Test
    @Tag("WF-12")
    void severalDecisionsAreTakenEachAtItsOwnAddressInAnyOrder() throws Exception {
        flows.deploy("two", guest -> {
            long a = guest.ask(approval("{\"name\":\"a\"}"));
            guest.ask(approval("{\"name\":\"b\"}"));
            var first = guest.next();
            var second = guest.next();
            return "[\"" + (first.ticket() == a ? "a" : "b") + "\"," + Guest.value(first.reply()) + ","
                    + Guest.value(second.reply()) + "]";
        });
        String id = waits("two");
        Reply shown = flows.show(id);
        String b = shown.at("/approvals/1/url");
        assertEquals("b", bare("GET", b, "").at("/name"));
        bare("POST", b, "{\"approved\":false}").is(200);
        Eventually.holds(
                "b is heard", () -> flows.show(id).json().path("approvals").size() == 1);
        bare("POST", shown.at("/approvals/0/url"), "{\"approved\":true}").is(200);
        Reply ended = flows.await(id, "succeeded");
        assertEquals("b", ended.at("/output/0"));
        assertEquals("false", ended.at("/output/1/approved"));
        assertEquals("true", ended.at("/output/2/approved"));
    }
}
