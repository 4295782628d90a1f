package dev.dovetail.cli;

/** What is also done when the process is told to end meanwhile; closing it takes that back. */
record AtExit(Thread hook) implements AutoCloseable {
    static AtExit run(Runnable first, Runnable then) {
        Thread hook = Thread.ofPlatform().name("end").unstarted(() -> {
            try {
                first.run();
            } finally {
                then.run();
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
