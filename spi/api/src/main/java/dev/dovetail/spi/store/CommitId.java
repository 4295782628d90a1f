package dev.dovetail.spi.store;

import java.util.UUID;

/** Names a commit, so that one whose fate is unknown can be asked again; 1 to 64 printable ASCII characters. */
public record CommitId(String text) {
    public CommitId {
        if (text.isEmpty() || text.length() > 64 || !Key.isPrintable(text)) {
            throw new IllegalArgumentException(
                    "Not a commit id: \"" + text + "\"; expected 1 to 64 printable ASCII characters");
        }
    }

    /** An id that nobody else has. */
    public static CommitId fresh() {
        return new CommitId(UUID.randomUUID().toString());
    }
}
