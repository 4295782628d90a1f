package dev.dovetail.cli;

/**
 * How many threads carry the virtual threads of a server. To be said before the first of those begins: the JVM asks once.
 *
 * <p>A carrier looks for threads that begin, or that others woke, only when its own queue is empty. With one carrier for a
 * processor and a poller on each, as the JVM has it, those queues are never empty under full load, and a new connection
 * waited up to ten seconds. So there are more carriers than processors and than pollers: some always go and look.
 */
final class Carriers {
    private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
    private static final String POLLERS = "jdk.readPollers";

    private Carriers() {}

    /** Says it for a machine with so many processors, where nobody else has. */
    static void prepare(int processors) {
        say(PARALLELISM, Math.max(4, 2 * processors));
        say(POLLERS, Integer.highestOneBit(Math.max(1, processors / 2))); // must be a power of two
    }

    private static void say(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
