package dev.dovetail.kernel;

import dev.dovetail.testkit.plugin.SourceJar;

/** A plugin that comes and goes beside the one that a house is built on; its runtime is {@code elder}. */
final class Elder {
    private Elder() {}

    /**
     * @param dialects the one it writes first, and the others that it reads
     * @param key what it lends the executor by, see {@link House.Plan#lending}
     */
    static byte[] jar(String version, String dialects, String key) {
        return jar(version, dialects, key, "Ability.YIELDS, Ability.DURABLE");
    }

    /** The same with these abilities, as they are written in a list. */
    static byte[] jar(String version, String dialects, String key, String abilities) {
        return SourceJar.of("elder", version)
                .provider("elder.Elder", """
                        package elder;
                        import dev.dovetail.spi.*;
                        import dev.dovetail.spi.executor.*;
                        import dev.dovetail.spi.plugin.*;
                        import java.util.*;
                        public final class Elder implements ExecutorProvider {
                            @Override public Name type() { return Name.of("elder"); }
                            @Override public List<ExecutorProvider.Runtime> runtimes() {
                                return List.of(new ExecutorProvider.Runtime("elder", ".cmd", "main.main", Optional.empty()));
                            }
                            @Override public Trust trust() { return Trust.IN_PROCESS; }
                            @Override public Set<Ability> abilities() { return new HashSet<>(List.of(%s)); }
                            @Override public Dialects dialects() { return new Dialects(%s, new HashSet<>(Set.of(%s))); }
                            @Override public Executor open(Config config, Context context) {
                                return new Borrowed((Executor) System.getProperties().get("%s"));
                            }
                            record Borrowed(Executor it) implements Executor {
                                @Override public List<Problem> inspect(Launch launch) { return it.inspect(launch); }
                                @Override public Instance start(Launch launch) throws InterruptedException {
                                    return it.start(launch);
                                }
                                @Override public void close() {}
                            }
                        }
                        """.formatted(abilities, dialects.split(",")[0], dialects, key))
                .bytes();
    }
}
