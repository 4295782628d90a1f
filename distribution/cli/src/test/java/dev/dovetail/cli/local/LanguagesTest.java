package dev.dovetail.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.spi.Name;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LanguagesTest {
    private final List<Offer> offers = new ArrayList<>();

    private void offer(String runtime, String suffix, String missing) {
        offers.add(new Offer(
                runtime,
                suffix,
                "main.handler",
                Optional.of(missing).filter(text -> !text.isEmpty()),
                Name.of("any"),
                "{}",
                Path.of("any.jar")));
    }

    private String refused(String file) {
        Languages languages = new Languages(offers);
        return assertThrows(Languages.NotChosen.class, () -> languages.forFile(file))
                .getMessage();
    }

    @Test
    void theNewestInstalledOneIsTakenWhereVersionsAreNumbers() {
        offer("python3.9", ".py", "");
        offer("python3.11", ".py", "");
        offer("python3.13", ".py", "install it");
        Languages languages = new Languages(offers);
        assertEquals("python3.11", languages.forFile("a.py").runtime());
        assertEquals("python3.11", languages.named("Python").runtime());
        assertEquals("python3.9", languages.named("python3.9").runtime());
        assertTrue(languages.knows("x.py"));
        assertFalse(languages.knows("x"));
    }

    @Test
    void whatIsNotInstalledIsRefusedWithHowToGetIt() {
        offer("node18", ".js", "get 18");
        offer("node20", ".js", "get 20");
        assertEquals("This machine cannot run node20: get 20", refused("a.mjs"));
        Languages languages = new Languages(offers);
        assertEquals(
                "This machine cannot run node18: get 18",
                assertThrows(Languages.NotChosen.class, () -> languages.named("node18"))
                        .getMessage());
    }

    @Test
    void anEndingOfTwoLanguagesIsNotGuessed() {
        offer("java21", ".jar", "");
        offer("java25", ".jar", "");
        offer("kotlin2", ".jar", "");
        assertEquals("Files that end with .jar may be java or kotlin: say which with --runtime", refused("a.jar"));
    }

    @Test
    void whatNobodyRunsIsRefusedWithWhatThereIs() {
        assertTrue(refused("a.py").contains("no executor is installed"));
        offer("starlark", ".star", "");
        offer("provided", "", "");
        assertEquals(
                "The name \"a.py\" does not tell the language: expected one that ends with .star, or --runtime; there are"
                        + " provided, starlark",
                refused("a.py"));
        assertTrue(refused("bootstrap").contains("expected one that ends with .star"));
    }

    @Test
    void aHandlerIsNamedAfterItsFile() {
        offer("starlark", ".star", "");
        assertEquals("greet.handler", offers.getFirst().handlerIn("greet"));
        assertEquals("starlark", offers.getFirst().language());
    }

    @Test
    void namesAreComparedByTheirNumbers() {
        assertTrue(Newest.compare("python3.9", "python3.10") < 0);
        assertTrue(Newest.compare("node8", "node20") < 0);
        assertEquals(0, Newest.compare("a-1.0.0.jar", "a-1.0.0.jar"));
        assertTrue(Newest.compare("a-1.0.0.jar", "a-1.0.10.jar") < 0);
    }
}
