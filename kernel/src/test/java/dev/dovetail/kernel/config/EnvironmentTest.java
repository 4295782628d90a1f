package dev.dovetail.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.kernel.schema.Schemas;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
