package dev.dovetail.executor.wasm;

/** Other guests hold what this one would need. */
final class NoRoom extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoRoom(Room room) {
        super(words(room), null, false, false);
    }

    static String words(Room room) {
        return "The WebAssembly guests of this node hold nearly " + room.megabytes()
                + " MB of memory, which is all they may; try again, or raise memory-mb";
    }
}
