package dev.dovetail.worker.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.testkit.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxSettingsTest {
    private static SandboxSettings of(Map<String, Object> values) {
        return SandboxSettings.of(Settings.of(SandboxSettings.SCHEMA, values));
    }

    @Test
    void theSchemasDefaultsAreTheDefaults() {
        assertEquals(SandboxSettings.DEFAULTS, of(Map.of()));
    }

    @Test
    void everyKeyIsTaken() {
        SandboxSettings expected = new SandboxSettings(
                Isolation.STANDARD,
                "/opt/bwrap",
                7000,
                50,
                1024L << 20,
                true,
                new SandboxSettings.Network(List.of("*.internal"), 8, 1000));
        assertEquals(
                expected,
                of(Map.of(
                        "at-most", "STANDARD",
                        "bubblewrap", "/opt/bwrap",
                        "first-user", 7000,
                        "users", 50,
                        "megabytes-per-processor", 1024,
                        "hard-quota", true,
                        "internal-hosts", List.of("*.internal"),
                        "connections", 8,
                        "connection-bytes", 1000)));
    }

    @Test
    void aRangeOfUsersThatLeavesTheNumbersIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> of(Map.of("first-user", 2_000_000_000, "users", 200_000_000)));
        assertThrows(IllegalArgumentException.class, () -> of(Map.of("first-user", 0)));
    }
}
