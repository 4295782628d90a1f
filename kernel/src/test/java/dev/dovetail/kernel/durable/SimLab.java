package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.Lent;
import dev.dovetail.kernel.Passing;
import dev.dovetail.kernel.host.Compensation;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.StreamLimits;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Range;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What all histories share, since it takes long to make: a slot with a store, which is the store of the world that is played. */
final class SimLab implements AutoCloseable {
    private final Plugins plugins;
    private final Hosts hosts;
    private SimWorld world;

    SimLab(Path folder) throws IOException, InterruptedException {
        this.plugins = Lent.plugins(folder, new Store());
        InstantSource clock = () -> world.clock().instant();
        this.hosts = new Hosts(
                new Hosts.Calls() {
                    @Override
                    public HostReply invoke(Running caller, HostCall.Invoke call) {
                        return new HostReply.Value(Bytes.utf8("null"));
                    }

                    @Override
                    public Optional<Fault> refuses(Running caller, Compensation it) {
                        return Optional.empty();
                    }
                },
                (caller, call, effect) -> {
                    world.happens(caller.executionId());
                    return Optional.of(new HostReply.Value(Bytes.utf8("null")));
                },
                (version, measure) -> Optional.empty(),
                new Hosts.Way(List.of(), 101, 1, Duration.ofMinutes(1), Duration.ofMinutes(1)),
                new Secrets(
                        plugins,
                        new Audit(plugins.state(), SimWorld.SCHEMAS, "sim", Thread::new, clock),
                        SimWorld.SCHEMAS,
                        clock,
                        Duration.ofMinutes(5)),
                plugins::databases,
                plugins::findExecutor,
                _ -> {
                    throw new IllegalStateException("No module is called here");
                },
                new Streams(
                        plugins.state(),
                        SimWorld.SCHEMAS,
                        new StreamLimits(16, 1 << 16, 1 << 20, Duration.ofSeconds(1), Duration.ofMinutes(1)),
                        Thread.ofVirtual().factory(),
                        clock,
                        clock,
                        "sim"),
                SimWorld.SCHEMAS,
                Thread::new,
                clock);
    }

    void current(SimWorld now) {
        world = now;
    }

    Slot<StateStore> slot() {
        return plugins.state();
    }

    Hosts hosts() {
        return hosts;
    }

    private final class Store implements Passing {
        @Override
        public StateStore it() {
            world.acting().checkAlive();
            return world.truth().store();
        }

        @Override
        public Committed commit(CommitId id, List<Change> changes) {
            return world.acting().commit(id, changes);
        }

        @Override
        public void drop(Range range) {
            throw new IllegalStateException("nobody drops here");
        }
    }

    @Override
    public void close() {
        hosts.close();
        plugins.close();
    }
}
