package dev.dovetail.kernel;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.durable.Durable;
import dev.dovetail.kernel.fleet.Fleet;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.http.HttpApi;
import dev.dovetail.kernel.identity.Rights;
import dev.dovetail.kernel.invoke.Invoker;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.record.Audit;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.stream.Streams;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.log.Exhaustion;
import dev.dovetail.spi.Config;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * The composition root: builds the storeys, starts them from the bottom up, and stops them in reverse. Started once, closed
 * once; closing waits for what is in flight.
 */
public final class Kernel implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Kernel.class.getName());
    /** How often a node looks whether it is the one that does what is done once. */
    private static final int LOOK_SECONDS = 5;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Injector storeys;
    private final Health health;
    private int port;

    private Kernel(Configuration configuration, UnaryOperator<Rights> rights) {
        this.storeys = Guice.createInjector(
                Stage.DEVELOPMENT, // the storeys are asked for one by one below, in their order
                new Strict(),
                new KernelModule(),
                new SchemaModule(),
                new ConfigModule(configuration),
                new TelemetryModule(),
                new PluginModule(),
                new RecordModule(),
                new SecretModule(),
                new IdentityModule(rights),
                new ContractModule(),
                new CatalogModule(),
                new PoolModule(),
                new StreamModule(),
                new HostModule(),
                new RunModule(),
                new ClusterModule(),
                new FleetModule(),
                new InvokeModule(),
                new DurableModule(),
                new HttpModule());
        this.health = storeys.getInstance(Health.class);
    }

    /**
     * Starts everything; returns when requests are served.
     *
     * @throws RuntimeException whose message says what to do; what had been started is stopped again
     */
    public static Kernel start(Configuration configuration) throws InterruptedException {
        return start(configuration, UnaryOperator.identity());
    }

    /** The same, with something between the engine and what it asks of rights. */
    static Kernel start(Configuration configuration, UnaryOperator<Rights> rights) throws InterruptedException {
        try {
            Kernel kernel = new Kernel(configuration, rights);
            boolean started = false;
            try {
                kernel.start();
                started = true;
                return kernel;
            } finally {
                if (!started) {
                    kernel.close();
                }
            }
        } catch (ProvisionException e) {
            throw cause(e);
        }
    }

    /** What a storey said when it could not be built, without the injector's words around it. */
    private static RuntimeException cause(ProvisionException e) {
        return switch (e.getCause()) {
            case ProvisionException deeper -> cause(deeper);
            case RuntimeException said -> said;
            case null, default -> e;
        };
    }

    private void start() throws InterruptedException {
        opened(Telemetry.class);
        Plugins plugins = opened(Plugins.class);
        Pools pools = storeys.getInstance(Pools.class);
        plugins.watch(new ExecutorWatch(pools, storeys.getInstance(Catalog.class)));
        Thread above = storeys.getInstance(Threads.class).platform("storeys").newThread(this::build);
        above.start();
        try {
            plugins.start();
        } finally {
            above.join();
        }
        Catalog catalog = storeys.getInstance(Catalog.class);
        loadWhenTheStoreServes(catalog);
        Fleet fleet = storeys.getInstance(Fleet.class);
        fleet.start();
        Records records = opened(Records.class);
        records.start();
        opened(Audit.class).start();
        open.push(pools);
        opened(Streams.class);
        opened(Hosts.class);
        opened(Runs.class).start();
        open.push(chores(catalog, pools));
        open.push(following(fleet));
        opened(Cluster.class);
        Durable durable = opened(Durable.class);
        durable.start();
        opened(Invoker.class);
        open.push(sweeping(catalog, pools, records, durable));
        open.push(streamChores(durable));
        HttpApi http = opened(HttpApi.class);
        port = http.start();
        storeys.getInstance(Cluster.class).servesAt(http.address(), storeys.getInstance(NodeVitals.class)::now);
    }

    /** Makes what stands above the plugins, while they are opened: a fifth of a start. Nothing of it begins to work. */
    private void build() {
        try {
            storeys.getInstance(HttpApi.class);
        } catch (ProvisionException e) {
            // whoever asks for it next, in its turn, is told
        }
    }

    private static void loadWhenTheStoreServes(Catalog catalog) throws InterruptedException {
        try {
            catalog.load();
        } catch (PluginFailure e) {
            throw new IllegalStateException("The state store does not serve, so nothing can: " + e.getMessage(), e);
        }
    }

    private <T extends AutoCloseable> T opened(Class<T> door) {
        T instance = storeys.getInstance(door);
        open.push(instance);
        return instance;
    }

    /** What is done again and again, and is in a hurry: nothing that may take long is among it. */
    private AutoCloseable chores(Catalog catalog, Pools pools) {
        Threads threads = storeys.getInstance(Threads.class);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, threads.platform("chores"));
        timer.scheduleWithFixedDelay(
                guarded("following the catalog", catalog::follow), 100, 100, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(guarded("tidying the pools", pools::tidy), 1, 1, TimeUnit.SECONDS);
        return timer::shutdownNow;
    }

    /** A thread of its own: what other nodes put in use may take its time to open. */
    private AutoCloseable following(Fleet fleet) {
        Threads threads = storeys.getInstance(Threads.class);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, threads.platform("fleet"));
        timer.scheduleWithFixedDelay(
                guarded("following what other nodes decided about plugins", fleet::follow), 1, 1, TimeUnit.SECONDS);
        return timer::shutdownNow;
    }

    /** What is thrown away after a while, by one node for all or by each its own. */
    private AutoCloseable sweeping(Catalog catalog, Pools pools, Records records, Durable durable) {
        Invoker invoker = storeys.getInstance(Invoker.class);
        Config executions = storeys.getInstance(Configuration.class).values().at("executions");
        int days = (int) executions.number("retention-days");
        Duration ended = Duration.ofDays(days);
        Duration letters = Duration.ofDays(executions.number("dead-letter-days"));
        Threads threads = storeys.getInstance(Threads.class);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, threads.platform("sweeping"));
        timer.scheduleWithFixedDelay(
                guarded("dropping old dead letters", hourly(durable, () -> durable.keepOnly(ended, letters))),
                2,
                LOOK_SECONDS,
                TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(
                guarded("forgetting old keys", hourly(durable, invoker::forgetExpiredKeys)),
                2,
                LOOK_SECONDS,
                TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(
                guarded("dropping old records", () -> records.keepOnly(days)), 1, 600, TimeUnit.SECONDS);
        Config cache = storeys.getInstance(Configuration.class).values().at("code-cache");
        long most = cache.number("max-mb") << 20;
        timer.scheduleWithFixedDelay(
                guarded("letting old code go", () -> catalog.keepCode(most, pools.live())), 60, 3600, TimeUnit.SECONDS);
        Audit audit = storeys.getInstance(Audit.class);
        InstantSource clock = storeys.getInstance(InstantSource.class);
        Duration kept = Duration.ofDays(executions.number("audit-days"));
        timer.scheduleWithFixedDelay(
                guarded(
                        "forgetting the old audit",
                        () -> audit.keepSince(clock.instant().minus(kept))),
                60,
                3600,
                TimeUnit.SECONDS);
        return timer::shutdownNow;
    }

    /** Due as soon as this node is the one that does it, and an hour after it went well. */
    private static Chore hourly(Durable durable, Chore chore) {
        AtomicLong due = new AtomicLong(System.nanoTime());
        return () -> {
            if (durable.sweeps() && System.nanoTime() - due.get() >= 0) {
                chore.run();
                due.set(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
            }
        };
    }

    private AutoCloseable streamChores(Durable durable) {
        Streams streams = storeys.getInstance(Streams.class);
        Streams.Ends ends = (tenant, id) ->
                durable.find(tenant, id).map(shown -> shown.finishedAt()).orElse(Optional.of(Instant.EPOCH));
        Threads threads = storeys.getInstance(Threads.class);
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, threads.platform("streams"));
        timer.scheduleWithFixedDelay(guarded("watching readers", streams::watch), 1, 1, TimeUnit.SECONDS);
        timer.scheduleWithFixedDelay(guarded("forgetting streams", () -> streams.sweep(ends)), 1, 5, TimeUnit.SECONDS);
        return timer::shutdownNow;
    }

    private interface Chore {
        void run() throws InterruptedException;
    }

    private static Runnable guarded(String what, Chore chore) {
        String whose = "The chore of " + what; // where there is no memory, it could not be put together
        return () -> {
            try {
                chore.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.log(Level.WARNING, "{0} failed and is tried again: {1}", what, e.toString());
            } catch (OutOfMemoryError e) {
                // its timer would keep it to itself, and never run it again
                Exhaustion.check(whose, e);
            }
        };
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    /** Stops taking requests, waits for those in flight, and closes the storeys from the top down. */
    @Override
    public void close() {
        health.stopping();
        while (!open.isEmpty()) {
            AutoCloseable next = open.pop();
            try {
                next.close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, "Closing " + next.getClass().getSimpleName() + " failed", e);
            }
        }
    }
}
