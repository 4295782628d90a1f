package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Difference;
import dev.dovetail.kernel.durable.journal.RehearsalHost;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.pool.Release;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Stage;
import dev.dovetail.kernel.run.Work;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs code against journals, with nothing else answering it: a few at once on a node, each for a short while, since nothing is
 * computed anew but what lies between two answers. Thread-safe.
 */
final class Rehearser {
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int AT_ONCE = 2;

    private final Catalog catalog;
    private final Runs runs;
    private final Telemetry telemetry;
    private final Hosts hosts;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Rehearser(Catalog catalog, Runs runs, Telemetry telemetry, Hosts hosts) {
        this.catalog = catalog;
        this.runs = runs;
        this.telemetry = telemetry;
        this.hosts = hosts;
    }

    /** What is done on a stage. */
    interface Play<T> {
        T on(Stage stage) throws InterruptedException;
    }

    /** The same if there is none. */
    interface NoStage<T> {
        T because(String why);
    }

    /**
     * Waits for its turn, sets up a stage for this version, and takes it down.
     *
     * @param launch of a version that is not kept; otherwise the version's own
     * @param dialect of the journals that are to be played there
     */
    <T> T stage(
            Deployed version,
            Optional<Launch> launch,
            Optional<Release> on,
            OptionalInt dialect,
            Play<T> play,
            NoStage<T> none)
            throws InterruptedException {
        if (!places.tryAcquire(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            return none.because("other rehearsals are under way; ask again");
        }
        try {
            Stage stage;
            try {
                stage = runs.stage(version, launch.isPresent() ? launch.get() : catalog.launch(version), on, dialect);
            } catch (PluginFailure e) {
                return none.because("its code cannot be started: " + e.getMessage());
            } catch (Refusal e) {
                return none.because("its code cannot be started: " + e.detail());
            }
            try (stage) {
                return play.on(stage);
            }
        } finally {
            places.release();
        }
    }

    /** A stage of its own for one execution. */
    Rehearsed rehearse(Order order, int attempt, Story story, Deployed version) throws InterruptedException {
        return stage(
                version,
                Optional.empty(),
                Optional.empty(),
                story.dialect(),
                stage -> rehearse(order, attempt, story, version, stage),
                Rehearsed.Unknown::new);
    }

    /** Runs the version's code on the order's input against a journal, which it does not change. */
    Rehearsed rehearse(Order order, int attempt, Story story, Deployed version, Stage stage)
            throws InterruptedException {
        OptionalInt dialect = story.dialect();
        if (dialect.isPresent() && !stage.reads(dialect.getAsInt())) {
            return new Rehearsed.Unknown(stage.plugin() + " does not read dialect " + dialect.getAsInt()
                    + ", in which the journal is written");
        }
        AtomicReference<RehearsalHost> made = new AtomicReference<>();
        try (Trace trace = telemetry.trace(order.traceparent())) {
            Outcome outcome = stage.play(work(order, version, trace, attempt), LONGEST, running -> {
                made.set(new RehearsalHost(running, hosts, story));
                return made.get();
            });
            return made.get() == null ? new Rehearsed.Unknown(words(outcome)) : judged(made.get(), outcome);
        }
    }

    private static Rehearsed judged(RehearsalHost host, Outcome outcome) {
        Optional<Difference> difference = host.difference();
        if (difference.isPresent()) {
            return new Rehearsed.Differs(difference.get());
        }
        if (host.over()) {
            return new Rehearsed.Same();
        }
        return switch (outcome) {
            case Outcome.Returned returned -> ended(host, "the end of the code", Optional.of(returned.body()), outcome);
            case Outcome.Failed failed
            when timedOut(failed) ->
                new Rehearsed.Unknown("its code came to no end within " + LONGEST.toSeconds() + " s");
            case Outcome.Failed failed ->
                ended(host, "the failure: " + failed.fault().message(), Optional.empty(), outcome);
            case Outcome.Suspended _, Outcome.Stopped _ -> new Rehearsed.Unknown("its code left without being told to");
        };
    }

    private static boolean timedOut(Outcome.Failed failed) {
        return failed.fault().id().equals(Fault.TIMEOUT);
    }

    private static Rehearsed ended(RehearsalHost host, String how, Optional<Bytes> output, Outcome outcome) {
        return host.missing(how)
                .<Rehearsed>map(Rehearsed.Differs::new)
                .orElseGet(() -> new Rehearsed.Ended(
                        output,
                        outcome instanceof Outcome.Failed failed ? Optional.of(failed.fault()) : Optional.empty()));
    }

    private static String words(Outcome outcome) {
        return outcome instanceof Outcome.Failed failed ? failed.fault().message() : "its code did not begin";
    }

    private static Work work(Order order, Deployed version, Trace trace, int attempt) {
        return new Work(
                order.id(),
                version,
                order.principal(),
                order.input(),
                "async",
                order.correlationId(),
                trace,
                "",
                order.depth(),
                LONGEST,
                order.createdAt(),
                attempt,
                new Entry.Main());
    }
}
