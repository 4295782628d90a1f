package dev.dovetail.kernel.run;

import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.pool.Loan;
import dev.dovetail.kernel.secret.Disclosed;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.executor.Outcome;
import dev.dovetail.spi.secret.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A stage on an instance that was lent for it. */
final class LentStage implements Stage {
    private final Loan loan;
    private final Lending lending;
    private final Deadlines deadlines;
    private final InstantSource clock;
    private boolean usable = true;

    LentStage(Loan loan, Lending lending, Deadlines deadlines, InstantSource clock) {
        this.loan = loan;
        this.lending = lending;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    @Override
    public String plugin() {
        return loan.plugin();
    }

    @Override
    public boolean reads(int dialect) {
        return loan.reads(dialect);
    }

    @Override
    public boolean usable() {
        return usable;
    }

    @Override
    public Outcome play(Work work, Duration within, Runs.Hosting hosting) throws InterruptedException {
        Map<String, Secret> given;
        try {
            given = lending.secrets(work);
        } catch (Refusal e) {
            return failed(Fault.of(e.type().id(), e.type().owner(), e.detail()));
        }
        Disclosed disclosed = Disclosed.of(given.values());
        Instant deadline = clock.instant().plus(within);
        LiveHost host = hosting.host(work.running(deadline, loan.isConfined(), disclosed));
        Deadlines.Call call =
                deadlines.begin("rehearsal/" + UUID.randomUUID(), work, host, loan, disclosed, within.toNanos());
        Optional<Outcome> outcome = Optional.empty();
        boolean left = false;
        try {
            outcome = Optional.of(loan.invoke(work.invocation(deadline, given), host));
            left = true;
        } catch (PluginFailure e) {
            outcome = Optional.of(failed(Faults.of(e)));
        } catch (InterruptedException e) {
            // told below by whom
        } finally {
            usable = left;
            host.end();
        }
        Optional<Deadlines.Why> told = deadlines.end(call);
        if (told.isEmpty() && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return outcome.filter(it -> told.isEmpty() || it instanceof Outcome.Returned)
                .map(it -> kept(work, it))
                .map(it -> concealed(host, it))
                .orElseGet(() -> failed(Faults.timedOut(within, within)));
    }

    private static Outcome kept(Work work, Outcome outcome) {
        return outcome instanceof Outcome.Returned returned
                ? Faults.ofAnswer(work.version(), returned.body(), true)
                        .<Outcome>map(LentStage::failed)
                        .orElse(outcome)
                : outcome;
    }

    private static Outcome concealed(LiveHost host, Outcome outcome) {
        return outcome instanceof Outcome.Failed failed ? failed(host.conceal(failed.fault())) : outcome;
    }

    private static Outcome failed(Fault fault) {
        return new Outcome.Failed(fault, Outcome.Usage.NONE);
    }

    @Override
    public void close() {
        try {
            loan.discard();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // told to stop, which is being done
        }
    }
}
