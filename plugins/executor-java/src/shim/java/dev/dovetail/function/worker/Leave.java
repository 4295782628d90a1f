package dev.dovetail.function.worker;

/** The code has to leave: nothing that it does from here on counts. An error, so that few catch it. */
final class Leave extends Error {
    private static final long serialVersionUID = 1;

    Leave() {
        super("the call was told to stop", null, false, false);
    }
}
