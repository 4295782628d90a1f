package dev.dovetail.kernel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GtsIdTest {
    @ParameterizedTest
    @Tag("TY-02")
    @ValueSource(
            strings = {
                "gts.x.core.faas.func.v1~",
                "gts.x.core.faas.func.v1~vendor.app.billing.calculate_tax.v2.3~",
                "gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.timeout.v1~",
                "gts.x.core.events.topic.v1~vendor.app.orders.inbox.v1.0",
                "gts.x.core.events.event.v0~7b97631e-3649-5131-a761-cb6067e27e5f",
                "gts._a._._1.b9.v10.20~"
            })
    void anIdOfTheGrammarIsReadAndWrittenBack(String text) {
        GtsId id = GtsId.of(text);
        assertEquals(text, id.toString());
        assertEquals(text.endsWith("~"), id.isType());
        assertEquals(Optional.of(id), GtsId.findUri("gts://" + text));
    }

    @ParameterizedTest
    @Tag("TY-02")
    @ValueSource(
            strings = {
                "",
                "gts.",
                "x.core.faas.func.v1~",
                "GTS.x.core.faas.func.v1~",
                "gts.x.core.faas.func.v1",
                "gts.x.core.faas.func~",
                "gts.x.core.faas.func.v~",
                "gts.x.core.faas.func.v01~",
                "gts.x.core.faas.func.v1.01~",
                "gts.x.core.faas.func.v1.0.0~",
                "gts.x.core.faas.func.v99999999999999999999~",
                "gts.x.core.faas.1func.v1~",
                "gts.x.core.faas.Func.v1~",
                "gts.x.core.faas.fu-nc.v1~",
                "gts.x.core..func.v1~",
                "gts.x.core.faas.func.v1~~",
                "gts.x.core.faas.func.v1~gts.x.core.faas.func.v1~",
                " gts.x.core.faas.func.v1~",
                "gts.x.core.faas.func.v1~ ",
                "gts.x.core.faas.func.v1~7B97631E-3649-5131-a761-cb6067e27e5f",
                "gts.x.core.faas.func.v1~x.app.tenant.7.ns.type.v1~"
            })
    void anythingElseIsRefusedInWords(String text) {
        assertEquals(Optional.empty(), GtsId.find(text));
        String message = assertThrows(IllegalArgumentException.class, () -> GtsId.of(text))
                .getMessage();
        assertTrue(message.startsWith("Not a GTS id: \"" + text + "\": "), message);
    }

    @Test
    @Tag("TY-02")
    void aTextOfAnyLengthIsRefusedWithoutRepeatingItAll() {
        String text = "gts." + "a".repeat(100_000);
        String message = assertThrows(IllegalArgumentException.class, () -> GtsId.of(text))
                .getMessage();
        assertTrue(message.length() < 400, message);
    }

    @Test
    @Tag("TY-02")
    void everyIdThatCanBeMadeIsReadBackAsItself() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 5_000; i++) {
            String text = randomId(random);
            GtsId id = GtsId.of(text);
            assertEquals(text, id.toString(), () -> "seed " + seed);
            assertEquals(id, GtsId.of(id.toString()), () -> "seed " + seed);
            assertTrue(GtsPattern.of(text).matches(id), () -> "seed " + seed);
            id.parent().ifPresent(parent -> assertTrue(id.isA(parent), () -> "seed " + seed));
        }
    }

    private static String randomId(RandomGenerator random) {
        StringBuilder text = new StringBuilder("gts.");
        for (int segments = random.nextInt(1, 4); segments > 0; segments--) {
            text.append(randomSegment(random)).append('~');
        }
        switch (random.nextInt(3)) {
            case 0 -> text.append(randomSegment(random));
            case 1 -> text.append(new UUID(random.nextLong(), random.nextLong()));
            default -> {}
        }
        return text.toString();
    }

    private static String randomSegment(RandomGenerator random) {
        String first = "abz_";
        String further = "abz_019";
        StringBuilder text = new StringBuilder();
        for (int token = 0; token < 4; token++) {
            text.append(first.charAt(random.nextInt(first.length())));
            random.ints(random.nextInt(6), 0, further.length()).forEach(i -> text.append(further.charAt(i)));
            text.append('.');
        }
        text.append('v').append(random.nextInt(30));
        return random.nextBoolean() ? text.toString() : text + "." + random.nextInt(30);
    }

    @Test
    @Tag("TY-02")
    void theUuidIsTheOneThatEverySystemDerives() {
        assertEquals(
                UUID.fromString("914ba16d-39d5-518b-9800-490e2144bf98"),
                GtsId.of("gts.x.core.events.type.v1~").uuid());
        assertEquals(
                UUID.fromString("7b97631e-3649-5131-a761-cb6067e27e5f"),
                GtsId.of("gts.x.core.events.type.v1~abc.app._.custom_event.v1.2")
                        .uuid());
    }

    @ParameterizedTest
    @Tag("TY-05")
    @CsvSource({
        "gts.x.core.faas.func.v1~, gts.x.core.faas.func.v1~, true",
        "gts.x.core.faas.func.v1~, gts.x.core.faas.func.v1.7~, true",
        "gts.x.core.faas.func.v1.7~, gts.x.core.faas.func.v1~, false",
        "gts.x.core.faas.func.v1.7~, gts.x.core.faas.func.v1.8~, false",
        "gts.x.core.faas.func.v1~, gts.x.core.faas.func.v2~, false",
        "gts.x.core.faas.func.v1~, gts.x.core.faas.func.v1~a.b.c.d.v1~, false",
        "gts.x.core.faas.func.v1~*, gts.x.core.faas.func.v1~a.b.c.d.v1~, true",
        "gts.x.core.faas.func.v1~*, gts.x.core.faas.func.v1.2~a.b.c.d.v1~e.f.g.h.v1, true",
        "gts.x.core.faas.func.v1~*, gts.x.core.faas.func.v1~, false",
        "gts.x.core.faas.func.v1~*, gts.x.core.faas.func.v1~7b97631e-3649-5131-a761-cb6067e27e5f, true",
        "gts.x.core.faas.func.v1~a.*, gts.x.core.faas.func.v1~7b97631e-3649-5131-a761-cb6067e27e5f, false",
        "gts.x.core.*, gts.x.core.faas.func.v1~, true",
        "gts.x.core.*, gts.x.cored.faas.func.v1~, false",
        "gts.x.core.faas.func.v*, gts.x.core.faas.func.v9.1~, true",
        "gts.x.core.faas.func.v*, gts.x.core.faas.other.v9.1~, false",
        "gts.x.core.faas.func.v1.*, gts.x.core.faas.func.v1.4~, true",
        "gts.x.core.faas.func.v1.*, gts.x.core.faas.func.v1~, false",
        "gts.x.core.faas.func.v1~a.b.c.*, gts.x.core.faas.func.v1~a.b.c.d.v3~, true",
        "gts.x.core.faas.func.v1~a.b.c.*, gts.x.core.faas.func.v1~a.b.x.d.v3~, false",
        "gts.*, gts.x.core.faas.func.v1~a.b.c.d.v1, true"
    })
    void aPatternMatchesWhatItSaysAndAnyMinorWhereItGivesNone(String pattern, String id, boolean matches) {
        GtsPattern read = GtsPattern.of(pattern);
        assertEquals(matches, read.matches(GtsId.of(id)));
    }

    @ParameterizedTest
    @Tag("TY-05")
    @ValueSource(
            strings = {
                "*",
                "gts*",
                "gts.x.*.faas.func.v1~",
                "gts.x.co*",
                "gts.x.core.**",
                "gts.x.core.faas.func.v1*",
                "gts.x.core.faas.func.v1.2.*",
                "gts.x.core.faas.func.v1~*~",
                "gts.x.core.faas.func.v1~[a=\"b\"]",
                "gts.x.core.faas.func.v1~@a.b"
            })
    void aPatternWithItsStarElsewhereIsRefused(String pattern) {
        assertThrows(IllegalArgumentException.class, () -> GtsPattern.of(pattern));
    }

    @Test
    @Tag("TY-05")
    void aBaseCoversWhatIsDerivedFromIt() {
        GtsId base = GtsId.of("gts.x.core.faas.err.v1~x.core._.runtime.v1~");
        assertTrue(GtsId.of("gts.x.core.faas.err.v1~x.core._.runtime.v1~x.core._.timeout.v1~")
                .isA(base));
        assertTrue(GtsId.of("gts.x.core.faas.err.v1.3~x.core._.runtime.v1.1~").isA(base));
        assertFalse(GtsId.of("gts.x.core.faas.err.v1~x.core._.code.v1~").isA(base));
        assertFalse(GtsId.of("gts.x.core.faas.err.v1~").isA(base));
    }
}
