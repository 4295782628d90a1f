package dev.dovetail.storage.h2;

/** The disk failed in a way after which nobody knows what is on it: the store must be opened again. */
final class LostDisk extends Exception {
    private static final long serialVersionUID = 1;

    LostDisk(String message, Throwable cause) {
        super(message, cause);
    }
}
