package dev.dovetail.kernel.encryption;

import dev.dovetail.spi.store.StateStore;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Encryption of what executions carry, if the operator has it on: between the kernel and its state store, whichever that is, so that
 * nothing written is forgotten. Off, it only keeps this node from taking for plain what another one has encrypted.
 */
public final class Encryption {
    private final Optional<Envelope> envelope;

    private Encryption(Optional<Envelope> envelope) {
        this.envelope = envelope;
    }

    /**
     * As {@code executions.encryption-key-file} says.
     *
     * @param data the data folder, to which the name is relative
     * @param keyFile empty text if it is off
     * @throws IllegalStateException that says what to do, if there is no key in the file, or it lies with what it is to protect
     */
    public static Encryption of(Path data, String keyFile) {
        if (keyFile.isEmpty()) {
            return new Encryption(Optional.empty());
        }
        Path folder = data.toAbsolutePath().normalize();
        Path file = folder.resolve(keyFile).normalize();
        if (file.startsWith(folder)) {
            throw new IllegalStateException("The key file " + file
                    + " of executions.encryption-key-file is in the data folder: a copy of the data would have its key with it. Put it"
                    + " elsewhere");
        }
        return new Encryption(Optional.of(new Envelope(() -> KeyRing.read(file))));
    }

    /** A store through which everything that this node writes and reads is to go. */
    public StateStore around(StateStore store) {
        return new EncryptedStore(store, envelope);
    }
}
