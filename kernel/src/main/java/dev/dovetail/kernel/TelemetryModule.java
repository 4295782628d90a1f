package dev.dovetail.kernel;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.TelemetrySettings;
import dev.dovetail.kernel.telemetry.log.LogSettings;
import dev.dovetail.spi.Config;
import java.net.URI;
import java.util.Optional;

/** Spans, metrics and the log. */
final class TelemetryModule extends AbstractModule {
    @Provides
    @Singleton
    Telemetry telemetry(Configuration configuration) {
        Config config = configuration.values().at("telemetry");
        Optional<URI> otlp =
                config.has("otlp-endpoint") ? Optional.of(URI.create(config.text("otlp-endpoint"))) : Optional.empty();
        String format = config.text("log-format").equals("auto")
                ? System.getProperty("dovetail.log.format", "json")
                : config.text("log-format");
        LogSettings log = new LogSettings(
                LogSettings.format(format), LogSettings.usual(LogSettings.level(config.text("log-level"))));
        TelemetrySettings usual = TelemetrySettings.USUAL;
        return new Telemetry(new TelemetrySettings(
                Optional.of(log),
                config.fraction("sampling"),
                usual.labelSets(),
                usual.spansKept(),
                otlp,
                usual.otlpHeaders()));
    }
}
