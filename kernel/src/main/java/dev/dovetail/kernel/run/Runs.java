package dev.dovetail.kernel.run;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Keeping;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.pool.Apart;
import dev.dovetail.kernel.pool.Loan;
import dev.dovetail.kernel.pool.Pools;
import dev.dovetail.kernel.pool.Release;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.kernel.stream.StreamLog;
import dev.dovetail.kernel.telemetry.FunctionMeter;
import dev.dovetail.kernel.telemetry.Telemetry;
import dev.dovetail.kernel.telemetry.Trace;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Collectors;

/**
 * Runs one attempt of admitted work: lends an instance, lets it run until its deadline, and checks what it answers. What the
 * system takes before the code runs is not charged to the function's time. Thread-safe.
 */
public final class Runs implements AutoCloseable {
    private final Hosts hosts;
    private final Lending lending;
    private final Schemas schemas;
    private final InstantSource clock;
    private final Deadlines deadlines;
    private final Map<String, Work> expected = new ConcurrentHashMap<>();
    private final Debugging debugging;
    private final Meters meters;

    public Runs(
            Pools pools,
            Hosts hosts,
            Secrets secrets,
            Schemas schemas,
            Telemetry telemetry,
            ThreadFactory threads,
            InstantSource clock) {
        this.meters = new Meters(telemetry);
        this.lending = new Lending(pools, secrets);
        this.hosts = hosts;
        this.schemas = schemas;
        this.clock = clock;
        this.deadlines = new Deadlines(threads);
        this.debugging = new Debugging(deadlines, threads);
    }

    public Debugging debugging() {
        return debugging;
    }

    public void start() {
        deadlines.start();
    }

    /** The work that is under way. */
    public List<Work> underWay() {
        return deadlines.all().stream().map(Deadlines.Call::work).toList();
    }

    /** How many calls are under way, by the plugin version that runs them, such as {@code executor-python 1.2.0}. */
    public Map<String, Long> underWayByPlugin() {
        return deadlines.all().stream()
                .collect(Collectors.groupingBy(call -> call.loan().plugin(), Collectors.counting()));
    }

    public Optional<Work> find(String executionId) {
        return deadlines
                .find(executionId)
                .map(Deadlines.Call::work)
                .or(() -> Optional.ofNullable(expected.get(executionId)));
    }

    /** It is run in a moment, and its caller knows its id: it is found from now on, until it is {@link #kept}. */
    public void expect(Work work) {
        expected.put(work.executionId(), work);
    }

    /** What was expected has its record, or was never run. */
    public void kept(Work work) {
        expected.remove(work.executionId());
    }

    /** What running code has logged so far; nothing if it does not run. */
    public List<LogLine> logs(String executionId) {
        return deadlines
                .find(executionId)
                .map(call -> call.host().notes().logs())
                .orElse(List.of());
    }

    /** How far running code says that it is, if it runs and says anything. */
    public Optional<Notes.Said> said(String executionId) {
        return deadlines.find(executionId).flatMap(call -> call.host().notes().said());
    }

    /** Takes a line that running code printed; one that no call can be told of is dropped by the answer. */
    public boolean print(String executionId, String line) {
        Optional<Deadlines.Call> call = deadlines.find(executionId);
        call.ifPresent(it -> it.host().print(line));
        return call.isPresent();
    }

    /** Tells running code to stop; false if there is no such call any more. */
    public boolean cancel(String executionId) {
        return deadlines.cancel(executionId);
    }

    /**
     * An instance for rehearsals of this version, which is nobody else's; to be closed.
     *
     * @param launch what it is started with
     * @param on the plugin version that starts it, if it is to be a certain one
     * @param dialect that what starts it has to read otherwise, if any: what serves, or an older version
     * @throws PluginFailure if it does not start
     */
    public Stage stage(Deployed version, Launch launch, Optional<Release> on, OptionalInt dialect)
            throws InterruptedException {
        Apart apart = lending.apart();
        boolean old = on.isEmpty() && dialect.isPresent() && !apart.serves(version, dialect.getAsInt());
        Loan loan = old ? apart.reading(version, launch, dialect.getAsInt()) : apart.start(version, launch, on);
        return new LentStage(loan, lending, deadlines, clock);
    }

    /** Runs plain work on the caller's thread; returns when the code has ended or was stopped. */
    public Ran run(Work work) throws InterruptedException {
        return run(work, running -> hosts.plain(running, Keeping.IN_MEMORY), OptionalInt.empty());
    }

    /** The same of work whose answer is streamed: what the code sends goes into this log, which the caller ends. */
    public Ran run(Work work, StreamLog log) throws InterruptedException {
        return run(work, running -> hosts.streamed(running, log), OptionalInt.empty());
    }

    /** Makes the host of an attempt, once it is known who runs and until when. */
    public interface Hosting {
        LiveHost host(Running running);
    }

    /**
     * The same with a host of the caller's own, which is ended here.
     *
     * @param dialect that the executor has to read; an older plugin version is loaded if what serves does not
     */
    public Ran run(Work work, Hosting hosting, OptionalInt dialect) throws InterruptedException {
        FunctionMeter meter = meters.of(work.version().id());
        meter.began();
        Optional<Ran> ran = Optional.empty();
        try {
            ran = Optional.of(attempt(work, hosting, dialect, meter));
            return ran.get();
        } finally {
            meters.ended(meter, ran);
        }
    }

    private Ran attempt(Work work, Hosting hosting, OptionalInt dialect, FunctionMeter meter)
            throws InterruptedException {
        long began = System.nanoTime();
        Map<String, Secret> given;
        Loan loan;
        try {
            given = lending.secrets(work);
            loan = lending.lend(work, dialect, meter);
        } catch (PluginFailure e) {
            return Ran.failed(work, System.nanoTime() - began, Faults.of(e));
        } catch (Refusal e) {
            return Ran.failed(
                    work,
                    System.nanoTime() - began,
                    Fault.of(e.type().id(), e.type().owner(), e.detail()));
        }
        Duration queued = Duration.ofNanos(System.nanoTime() - began);
        Duration timeout = work.timeout();
        Instant deadline = clock.instant().plus(timeout);
        Disclosed disclosed = Disclosed.of(given.values());
        LiveHost host = hosting.host(work.running(deadline, loan.isConfined(), disclosed));
        Deadlines.Call call = deadlines.begin(work.executionId(), work, host, loan, disclosed, timeout.toNanos());
        debugging.begins(call);
        long ran = System.nanoTime();
        Outcome outcome = new Outcome.Stopped(Outcome.Usage.NONE);
        boolean returned = false;
        try (Trace _ = work.trace().begin(Trace.Stage.EXECUTE)) {
            outcome = loan.invoke(work.invocation(deadline, given), host);
            returned = true;
        } catch (PluginFailure e) {
            outcome = new Outcome.Failed(Faults.of(e), Outcome.Usage.NONE);
        } catch (InterruptedException e) {
            // told below by whom
        } finally {
            host.end();
        }
        Duration duration = Duration.ofNanos(System.nanoTime() - ran);
        if (!host.registered().isEmpty()) {
            expect(work); // if it has failed, it is found until what it registered is kept
        }
        Optional<Deadlines.Why> told = deadlines.end(call);
        if (returned) {
            loan.giveBack();
        } else {
            loan.discard();
        }
        if (told.isEmpty() && Thread.interrupted() && host.registered().isEmpty()) {
            throw new InterruptedException(); // otherwise it ends as a call that was canceled, which it was
        }
        return judged(work, loan, host, queued, duration, outcome, told);
    }

    private Ran judged(
            Work work,
            Loan loan,
            LiveHost host,
            Duration queued,
            Duration duration,
            Outcome outcome,
            Optional<Deadlines.Why> told) {
        Deployed version = work.version();
        Optional<Bytes> body = Optional.empty();
        Optional<Answer> dismissed = host.dismissed();
        Optional<Fault> fault;
        if (told.isPresent() && dismissed.isEmpty() && !(outcome instanceof Outcome.Returned)) {
            fault = Optional.of(
                    told.get() == Deadlines.Why.DEADLINE
                            ? Faults.timedOut(work.timeout(), duration)
                            : Faults.canceled());
        } else if (dismissed.isPresent()) {
            fault = Optional.of(dismissed.get() instanceof Answer.Stop stop ? stop.why() : Faults.suspended());
        } else {
            fault = switch (outcome) {
                case Outcome.Returned returned -> {
                    Optional<Fault> broken =
                            Faults.ofAnswer(version, returned.body(), work.entry() instanceof Entry.Main);
                    if (broken.isEmpty()) {
                        body = Optional.of(returned.body());
                    }
                    yield broken;
                }
                case Outcome.Failed failed -> Optional.of(failed.fault());
                case Outcome.Suspended suspended -> Optional.of(Faults.suspended());
                case Outcome.Stopped stopped -> Optional.of(Faults.canceled());
            };
        }
        return Ran.ended(work, loan, host, queued, duration, outcome, fault.map(host::conceal), body);
    }

    @Override
    public void close() {
        deadlines.close();
    }
}
