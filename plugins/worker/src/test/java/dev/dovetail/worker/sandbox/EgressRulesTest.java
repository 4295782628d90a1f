package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.worker.sandbox.EgressRules.Refused;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("RT-25")
class EgressRulesTest {
    private static final Map<String, List<String>> NAMES = Map.of(
            "api.example", List.of("93.184.216.34"),
            "deep.api.example", List.of("93.184.216.35"),
            "rebind.example", List.of("127.0.0.1", "169.254.169.254"),
            "both.example", List.of("10.0.0.1", "93.184.216.36"),
            "db.internal", List.of("10.0.0.5"));

    private static InetAddress[] find(String host) throws UnknownHostException {
        List<String> addresses = NAMES.getOrDefault(host, host.matches("[0-9.]+|.*:.*") ? List.of(host) : List.of());
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses.get(i));
        }
        return found;
    }

    private static String judged(List<String> hosts, List<String> internal, String host, int port) throws Exception {
        return new EgressRules(hosts, internal, EgressRulesTest::find)
                .judge(host, port)
                .getHostAddress();
    }

    @ParameterizedTest
    @CsvSource({
        "api.example, api.example, 443, true",
        "API.Example, api.example., 443, true",
        "api.example:443, api.example, 443, true",
        "api.example:443, api.example, 80, false",
        "*.api.example, deep.api.example, 443, true",
        "*.api.example, api.example, 443, false",
        "*.example:443, deep.api.example, 443, true",
        "*.example:443, deep.api.example, 80, false",
        "i.example, api.example, 443, false",
        "93.184.216.34, 93.184.216.34, 80, true",
        "93.184.216.34, 93.184.216.35, 80, false"
    })
    void aPatternNamesWhatMayBeReached(String pattern, String host, int port, boolean allowed) throws Exception {
        String known = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        EgressRules rules = new EgressRules(List.of(pattern), List.of(), _ -> find(known));
        if (allowed) {
            assertTrue(EgressRules.isPublic(rules.judge(host, port)));
        } else {
            Refused refused = assertThrows(Refused.class, () -> rules.judge(host, port));
            assertTrue(refused.getMessage().contains(host + ":" + port)
                    && refused.getMessage().contains(pattern));
        }
    }

    @Test
    void anEmptyListIsTheWholeWorldAndNotTheHouse() throws Exception {
        assertEquals("93.184.216.34", judged(List.of(), List.of(), "api.example", 443));
        assertThrows(Refused.class, () -> judged(List.of(), List.of(), "db.internal", 5432));
        assertThrows(Refused.class, () -> judged(List.of(), List.of(), "rebind.example", 80));
        assertThrows(UnknownHostException.class, () -> judged(List.of(), List.of(), "nobody.example", 80));
    }

    @Test
    void whatIsJudgedIsWhatIsConnectedTo() throws Exception {
        assertEquals("93.184.216.36", judged(List.of("both.example"), List.of(), "both.example", 80));
    }

    @Test
    void onlyTheOperatorOpensTheHouse() throws Exception {
        assertThrows(Refused.class, () -> judged(List.of("db.internal"), List.of(), "db.internal", 5432));
        assertThrows(Refused.class, () -> judged(List.of("api.example"), List.of("*.internal"), "db.internal", 5432));
        assertEquals("10.0.0.5", judged(List.of("db.internal"), List.of("*.internal:5432"), "db.internal", 5432));
        assertThrows(
                Refused.class, () -> judged(List.of("db.internal"), List.of("*.internal:5432"), "db.internal", 22));
    }

    @Test
    void andWholeNetworks() throws Exception {
        assertEquals("10.0.0.5", judged(List.of(), List.of("10.0.0.4/30"), "db.internal", 22));
        assertEquals("10.0.0.5", judged(List.of(), List.of("10.0.0.5"), "db.internal", 22));
        assertThrows(Refused.class, () -> judged(List.of(), List.of("10.0.0.6"), "db.internal", 22));
        assertThrows(Refused.class, () -> judged(List.of(), List.of("10.0.0.8/29"), "db.internal", 22));
        assertThrows(Refused.class, () -> judged(List.of(), List.of("fd00::/8"), "db.internal", 22));
        assertEquals("fd00:0:0:0:0:0:0:1", judged(List.of(), List.of("fd00::/8"), "fd00::1", 22));
        assertEquals("127.0.0.1", judged(List.of(), List.of("0.0.0.0/0"), "127.0.0.1", 22));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9",
                "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1",
                        "198.19.0.1",
                "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
                "64:ff9b::7f00:1", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "2002:7f00:1::", "2001:0:1::"
            })
    void whatIsNotPublicIsKnown(String address) throws Exception {
        assertEquals(false, EgressRules.isPublic(InetAddress.getByName(address)), address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "100.63.0.1",
                "100.128.0.1",
                "172.32.0.1",
                "198.20.0.1",
                "2606:4700::1111"
            })
    void andSoIsWhatIs(String address) throws Exception {
        assertEquals(true, EgressRules.isPublic(InetAddress.getByName(address)), address);
    }
}
