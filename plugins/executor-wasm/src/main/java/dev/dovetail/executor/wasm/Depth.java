package dev.dovetail.executor.wasm;

/**
 * Makes sure that there is some stack left before the host's own code runs on a guest's thread: it fails where nothing can
 * be left half done.
 */
final class Depth {
    private static final int FRAMES = 500;

    private Depth() {}

    /** @throws StackOverflowError if there is not */
    static void check() {
        if (down(FRAMES, 1, 2, 3) < 0) {
            throw new IllegalStateException("The depth of the stack is counted from nothing");
        }
    }

    // four longs a frame: some twenty kilobytes in all, compiled or not
    private static long down(int frames, long a, long b, long c) {
        return frames == 0 ? a + b + c & Long.MAX_VALUE : down(frames - 1, b, c, a + frames) + 1 & Long.MAX_VALUE;
    }
}
