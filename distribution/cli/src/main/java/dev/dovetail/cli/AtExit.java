package dev.dovetail.cli;

/** What is also done when the process is told to end meanwhile; closing it takes that back. */
record AtExit(Thread hook) implements AutoCloseable {
    /** @param each what to do, in this order, whatever becomes of the one before */
    static AtExit run(Runnable... each) {
        Thread hook = Thread.ofPlatform().name("end").unstarted(() -> {
            for (Runnable one : each) {
                try {
                    one.run();
                } catch (RuntimeException _) {
                    // the process ends: the others count more than the reason
                }
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        return new AtExit(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // told to end just now: it has run, or runs
        }
    }
}
