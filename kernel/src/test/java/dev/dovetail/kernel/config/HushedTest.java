package dev.dovetail.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.schema.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HushedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/http/token",
                "/state/config/password",
                "/secrets/main/config/Master-Secret",
                "/http/tls/private-key"
            })
    void aValueThatIsSecretIsNotShown(String path) {
        assertEquals(
                path + ": must be longer", Hushed.told(new Problem(path, "must be longer", "\"abc\"", "minLength")));
    }

    @Test
    void whatIsAroundItIsShown() {
        assertEquals(
                "/state/config: needs \"url\", but was {\"user\":\"me\",\"password\":\"...\",\"pool\":3}",
                Hushed.told(new Problem(
                        "/state/config",
                        "needs \"url\"",
                        "{\"user\":\"me\",\"password\":\"a\\\"b\",\"pool\":3}",
                        "required")));
        assertEquals(
                "/x: no, but was {\"apiKey\":\"...\"",
                Hushed.told(new Problem("/x", "no", "{\"apiKey\":\"abcdefgh...", "type")));
        assertEquals("/http/port: no, but was 70000", Hushed.told(new Problem("/http/port", "no", "70000", "maximum")));
    }
}
