package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.store.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Where plugins come from and how they are treated.
 *
 * @param shipped the folder of jars that come with the product; only read, and may be missing
 * @param data the data folder: {@code plugins} in it is the operator's
 * @param spiVersion what this kernel offers
 * @param trustedKeys Ed25519 public keys, X.509 in base64, PEM or not
 * @param requireSignature whether uploads need one
 * @param around what stands between the kernel and each state store that is opened
 */
public record PluginSettings(
        Path shipped,
        Path data,
        String spiVersion,
        List<SlotSetting> slots,
        List<String> trustedKeys,
        boolean requireSignature,
        InstantSource clock,
        Times times,
        UnaryOperator<StateStore> around) {
    public PluginSettings {
        slots = List.copyOf(slots);
        trustedKeys = List.copyOf(trustedKeys);
    }

    /** With nothing between the kernel and its store. */
    public PluginSettings(
            Path shipped,
            Path data,
            String spiVersion,
            List<SlotSetting> slots,
            List<String> trustedKeys,
            boolean requireSignature,
            InstantSource clock,
            Times times) {
        this(shipped, data, spiVersion, slots, trustedKeys, requireSignature, clock, times, UnaryOperator.identity());
    }

    /**
     * How long things may take.
     *
     * @param open for a plugin to load and for each service to open
     * @param close for a service to close, and again for its threads to end
     * @param drain for leases to end where callers are served by the successor meanwhile: as long as a call may last
     * @param handover for leases to end where callers wait meanwhile
     * @param forced for leases to end when cutting off was asked for
     * @param inspect for looking at the versions in use before a new executor takes them over
     * @param trial how long a version must serve before it is no longer on trial
     * @param ease for what is warm in a busy executor to go over to its successor
     * @param idle how long a version that was loaded for a few stays without them
     * @param poll between two looks at the operator's folder
     */
    public record Times(
            Duration open,
            Duration close,
            Duration drain,
            Duration handover,
            Duration forced,
            Duration inspect,
            Duration trial,
            Duration ease,
            Duration idle,
            Duration poll) {
        public static final Times USUAL = new Times(
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                Duration.ofMinutes(5),
                Duration.ofSeconds(1));
    }
}
