package dev.dovetail.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentTest {
    @TempDir
    Path folder;

    private Configuration read(Map<String, String> environment, Map<String, String> flags) {
        return new Configs(new Schemas()).read(folder, folder, false, Optional.empty(), environment, flags);
    }

    @Test
    void aVariableThatIsNoSettingIsASlipAndTheSettingsAreListed() {
        Invalid refused = assertThrows(Invalid.class, () -> read(Map.of("DOVETAIL_HTTP_PROT", "1"), Map.of()));
        assertTrue(refused.getMessage().contains("DOVETAIL_HTTP_PROT is no setting"), refused::getMessage);
        assertTrue(refused.getMessage().contains("DOVETAIL_HTTP_PORT"), refused::getMessage);
    }

    @Test
    void whatIsOthersIsLeftToThem() {
        Configuration read = read(
                Map.of("DOVETAIL_DATA", "x", "DOVETAIL_PORT_8080_TCP", "tcp://x", "DOVETAIL_HTTP_PORT", "81"),
                Map.of());
        assertEquals(81, read.values().at("http").number("port"));
    }

    @Test
    void whatIsWrongOnTheCommandLineIsNotBlamedOnAFileThatIsNotThere() {
        Invalid refused = assertThrows(Invalid.class, () -> read(Map.of(), Map.of("http.port", "99999")));
        assertTrue(
                refused.getMessage().startsWith("The configuration (the environment and the command line)"),
                refused::getMessage);
    }

    private String refused(String file, Map<String, String> flags) throws IOException {
        Files.writeString(folder.resolve("dovetail.json"), file);
        return assertThrows(Invalid.class, () -> read(Map.of(), flags)).getMessage();
    }

    @Test
    void aFlagDoesNotHideThatTheFileHasNoSection() throws IOException {
        String said = refused("{\"http\": \"0.0.0.0\"}", Map.of("http.port", "0"));
        assertTrue(said.contains("/http: string found, object expected"), said);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-PT1S", "PT-1S", "PT0S", "30 seconds", ""})
    void aDurationThatIsNoneIsNamedWithItsPlace(String text) throws IOException {
        String said = refused("{\"http\": {\"idle-timeout\": \"" + text + "\"}}", Map.of());
        assertTrue(said.contains("http.idle-timeout is "), said);
    }

    @Test
    void noTimeAtAllIsOneWhereItMeansSomething() throws IOException {
        Files.writeString(folder.resolve("dovetail.json"), "{\"plugins\": {\"ease\": \"PT0S\"}}");
        assertEquals(
                Duration.ZERO, read(Map.of(), Map.of()).values().at("plugins").duration("ease"));
    }
}
