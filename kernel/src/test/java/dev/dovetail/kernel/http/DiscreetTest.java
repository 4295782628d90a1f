package dev.dovetail.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an address lets in with is not shown. */
final class DiscreetTest {
    @ParameterizedTest
    @CsvSource({
        "https://a.example/x?page=2, https://a.example/x?page=2",
        "https://a.example/x?api_key=k1&page=2, https://a.example/x?api_key=***&page=2",
        "https://a.example/x?page=2&my-Token=t#top, https://a.example/x?page=2&my-Token=***#top",
        "https://ada:pw@a.example/x, https://***@a.example/x",
        "https://a.example/token/secret, https://a.example/token/secret",
        "https://a.example/x?q=token, https://a.example/x?q=token"
    })
    @Tag("SC-10")
    void anAddressIsShownWithoutItsKeys(String uri, String shown) {
        assertEquals(shown, Discreet.address(uri));
    }
}
