package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Instance;
import dev.dovetail.spi.executor.Invocation;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Limits;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.Host;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.testkit.plugin.SourceJar;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An executor plugin whose functions answer its version, and what is needed to call it. */
final class ExecutorFixture {
    static final Name ID = Name.of("executor-fake");
    static final Name SLOT = Name.of("fake");

    private ExecutorFixture() {}

    /** @param dialects such as {@code 1, 2}, of which it writes the first */
    static SourceJar jar(String version, String succession, String dialects, String onInspect) {
        return SourceJar.of(ID.text(), version).provider("sample.FakeProvider", """
                        package sample;
                        import dev.dovetail.spi.*;
                        import dev.dovetail.spi.executor.*;
                        import dev.dovetail.spi.host.*;
                        import dev.dovetail.spi.plugin.*;
                        import java.util.*;
                        import java.util.concurrent.atomic.*;
                        public final class FakeProvider implements ExecutorProvider {
                            @Override public Name type() { return Name.of("fake"); }
                            @Override public Succession succession() { return Succession.%s; }
                            @Override public List<ExecutorProvider.Runtime> runtimes() {
                                return List.of(new ExecutorProvider.Runtime("fake1", ".fake", "main.main", Optional.empty()));
                            }
                            @Override public Trust trust() { return Trust.IN_PROCESS; }
                            @Override public Set<Ability> abilities() { return EnumSet.of(Ability.YIELDS); }
                            @Override public Dialects dialects() { return new Dialects(%s, new HashSet<>(Set.of(%s))); }
                            @Override public Executor open(Config config, Context context) { return new Fake(); }
                            static final class Fake implements Executor {
                                private final AtomicBoolean closed = new AtomicBoolean();
                                private final AtomicInteger instances = new AtomicInteger();
                                private void check() {
                                    if (closed.get()) throw new IllegalStateException("used after it was closed");
                                }
                                @Override public List<Problem> inspect(Launch launch) { check(); %s }
                                @Override public Instance start(Launch launch) {
                                    check();
                                    instances.incrementAndGet();
                                    return new Instance() {
                                        private boolean ended;
                                        @Override public Outcome invoke(Invocation invocation, Host host) {
                                            check();
                                            return new Outcome.Returned(Bytes.utf8("%s"), Map.of(), Outcome.Usage.NONE);
                                        }
                                        @Override public boolean usable() { return !ended; }
                                        @Override public void close() {
                                            if (!ended) instances.decrementAndGet();
                                            ended = true;
                                        }
                                    };
                                }
                                @Override public void close() {
                                    closed.set(true);
                                    if (instances.get() != 0) throw new IllegalStateException("instances are open");
                                }
                            }
                        }
                        """.formatted(
                        succession, dialects.split(",")[0], dialects, onInspect, version));
    }

    static SourceJar jar(String version, String succession) {
        return jar(version, succession, "1", "return List.of();");
    }

    static final Launch LAUNCH = new Launch(
            new VersionId(Site.TENANT, Name.of("hello"), 3, Digest.of(new byte[0])),
            "fake1",
            Path.of("."),
            List.of(),
            "main.main",
            Map.of(),
            new Limits(128, Duration.ofSeconds(30), 1_000, Map.of()),
            Launch.Isolation.PROCESS,
            Launch.Egress.NONE,
            Set.of(),
            1,
            (execution, text) -> {});

    private static final Invocation INVOCATION = new Invocation(
            "e",
            1,
            new Entry.Main(),
            Bytes.utf8("{}"),
            Map.of(),
            new Invocation.Caller("system", "test", Site.TENANT, List.of(), List.of(), List.of(), Optional.empty()),
            Map.of(),
            Instant.MAX);

    /** Starts an instance, calls it and closes it under one lease, as a cold call does. */
    static String call(Slot<Executor> slot) throws InterruptedException {
        try (Lease<Executor> lease = slot.lease(Site.ROUTE, Duration.ofSeconds(20))) {
            return call(lease);
        }
    }

    /** The same under a lease that the caller has. */
    static String call(Lease<Executor> lease) throws InterruptedException {
        Instance instance = lease.use(executor -> executor.start(LAUNCH));
        Outcome outcome = lease.use(executor -> instance.invoke(INVOCATION, new NoHost()));
        lease.use(executor -> {
            instance.close();
            return true;
        });
        return ((Outcome.Returned) outcome).body().text();
    }

    /** The functions of this fixture ask for nothing. */
    private static final class NoHost implements Host {
        @Override
        public long ask(long scope, HostCall call, Place place) {
            throw new IllegalStateException("asked for " + call);
        }

        @Override
        public Answer next() {
            throw new IllegalStateException("nothing was asked");
        }

        @Override
        public void tell(HostNote note) {}

        @Override
        public boolean replaying() {
            return false;
        }
    }
}
