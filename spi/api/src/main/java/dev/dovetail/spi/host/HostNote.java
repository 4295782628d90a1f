package dev.dovetail.spi.host;

import dev.dovetail.spi.Bytes;
import java.util.Map;

/** What code says and waits for no answer to. */
public sealed interface HostNote {
    /** @param fields a JSON object */
    record Log(System.Logger.Level level, String message, Bytes fields) implements HostNote {}

    /** @param fraction from 0 to 1 */
    record Progress(double fraction, String message) implements HostNote {}

    record Measure(String metric, double value, Map<String, String> labels) implements HostNote {
        public Measure {
            labels = Map.copyOf(labels);
        }
    }
}
