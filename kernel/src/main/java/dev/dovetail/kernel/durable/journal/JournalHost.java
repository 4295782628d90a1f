package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.LiveHost;
import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.Answer;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The host of one attempt of a durable execution. What the main scope asks is numbered and compared with the journal; what was
 * answered before is answered again in the same order, and what is new is answered live and becomes part of the journal. What is
 * in the journal is durable before the next effect leaves.
 */
public final class JournalHost implements LiveHost {
    /** So long the code may take to ask again before it is interrupted. */
    private static final long LEAVING_MILLIS = 1000;
    /** Leave: the execution is paused. */
    public static final Answer PAUSED =
            new Answer.Stop(Fault.of(Fault.CANCELED, Fault.Owner.CALLER, "The execution was paused"));

    private final Running running;
    private final Hosts hosts;
    private final Story story;
    private final Saving saving;
    private final Outside outside;
    private final Logs logs;
    private final Tempo tempo;
    private final ReentrantLock lock;
    private final Condition changed;
    private final Errands errands;
    private final Live live;
    private final Steps steps;
    private final MainLine line;
    private final Settling settling;
    private Optional<Long> left = Optional.empty(); // when it was first seen that the code has to leave and has not
    private long tickets;
    private boolean pausing;
    private boolean again;
    private boolean dead;
    private Optional<Answer> dismissed = Optional.empty();
    private Optional<RuntimeException> broken = Optional.empty();

    public JournalHost(Running running, Hosts hosts, Tempo tempo, Story story, Saving saving, Outside outside) {
        this.tempo = tempo;
        this.lock = tempo.lock();
        this.changed = lock.newCondition();
        this.running = running;
        this.hosts = hosts;
        this.story = story;
        this.saving = saving;
        this.outside = outside;
        this.logs = new Logs(hosts.notes(running));
        this.settling = new Settling(story, saving, logs, running.confined(), this::now);
        this.errands = new Errands(hosts, tempo, lock, changed);
        this.live = new Live(this, running, hosts, story, outside, errands, changed::signalAll);
        this.steps = live.steps();
        this.line = new MainLine(this, hosts, story, live);
    }

    Tempo tempo() {
        return tempo;
    }

    long now() {
        return hosts.clock().millis();
    }

    @Override
    public long ask(long scope, HostCall call, Place place) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            alive();
            long ticket = ++tickets;
            if (dismissed.isPresent()) {
                return ticket;
            }
            if (call instanceof HostCall.StepDone done) {
                steps.done(done, ticket);
            } else if (scope != MAIN) {
                steps.ask(scope, call, ticket);
            } else {
                dismissed = line.ask(call, place, ticket).map(Answer.Stop::new);
            }
            changed.signalAll();
            return ticket;
        } catch (Schemas.Malformed e) {
            dismiss(Hosts.noJson(e));
        } catch (Saving.Lost | PluginFailure e) {
            dismiss(broken(e));
        } finally {
            lock.unlock();
        }
        return ++tickets;
    }

    private Fault broken(RuntimeException e) {
        broken = Optional.of(e);
        return Fault.of(
                Fault.PLATFORM, Fault.Owner.PLATFORM, "The execution goes on elsewhere or later: " + e.getMessage());
    }

    @Override
    public Answer next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            alive();
            while (true) {
                Optional<Answer> ready = ready();
                if (ready.isPresent()) {
                    return ready.get();
                }
                if (line.open().isEmpty() && steps.none()) {
                    throw new IllegalStateException("next() with no ticket open");
                }
                long wait = live.dues().fire();
                if (line.ready() || steps.ready()) {
                    continue;
                }
                if (steps.none() && Waiting.allLong(line.open(), now(), !pausing)) {
                    dismissed = Optional.of(pausing ? PAUSED : new Answer.Suspend());
                    continue;
                }
                changed.await(Math.max(1, wait), TimeUnit.MILLISECONDS);
            }
        } catch (Saving.Lost | PluginFailure e) {
            dismiss(broken(e));
            return dismissed.orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Answer> ready() throws InterruptedException {
        if (dismissed.isEmpty() && pausing && steps.none() && !line.busy()) {
            dismissed = Optional.of(PAUSED);
        }
        if (dismissed.isPresent()) {
            return dismissed;
        }
        if (line.ready()) {
            Answer answer = line.next();
            if (answer instanceof Answer.Stop) {
                dismissed = Optional.of(answer);
            }
            return Optional.of(answer);
        }
        return steps.ready() ? Optional.of(steps.next()) : Optional.empty();
    }

    /** What the code waits for, if it was told to suspend. */
    public Waiting waiting() {
        return locked(() -> Waiting.of(line.open()));
    }

    /** Something has arrived in the inbox: whoever waits for it is answered, and gates are set and released. */
    public void arrived() {
        locked(() -> {
            if (!dead && dismissed.isEmpty()) {
                live.gating().take(line.open());
                List.copyOf(line.open()).forEach(live::look);
            }
        });
    }

    /** The code has to leave, at once. */
    public void dismiss(Fault why) {
        locked(() -> dismissed = dismissed.or(() -> Optional.of(new Answer.Stop(why))));
    }

    /** The code has to leave where it does no harm: between two steps. */
    public void pause() {
        locked(() -> pausing = true);
    }

    /**
     * Ends an attempt of a step that takes longer than it may: the code leaves, and comes back to it. Code that was told to leave and
     * does not ask again is interrupted.
     */
    public void watch() {
        locked(() -> {
            if (dead) {
                return;
            }
            if (dismissed.isPresent()) {
                left = left.or(() -> Optional.of(now()));
                if (now() - left.get() >= LEAVING_MILLIS) {
                    outside.interrupt();
                }
            } else if (steps.late()) {
                again = true;
                dismissed = Optional.of(new Answer.Stop(steps.tooLate()));
                outside.interrupt();
            }
        });
    }

    /** Whether the code left only to come back at once. */
    public boolean again() {
        return again;
    }

    /** Why nothing more may be written, if so. */
    public Optional<RuntimeException> broken() {
        return broken;
    }

    Settling settling() {
        return settling;
    }

    @Override
    public void tell(HostNote note) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            alive();
            if (!replaying()) {
                logs.notes().take(note);
                live.pieces().tell(note);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean replaying() {
        return line.replaying();
    }

    @Override
    public void print(String line) {
        if (!replaying()) {
            logs.notes().print(line);
        }
    }

    /** What was logged and is in no journal yet. */
    public List<LogLine> unkeptLogs() {
        return logs.unkept();
    }

    @Override
    public Notes notes() {
        return logs.notes();
    }

    @Override
    public Fault conceal(Fault fault) {
        return running.disclosed().conceal(fault);
    }

    @Override
    public Optional<Answer> dismissed() {
        return locked(() -> dismissed);
    }

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        locked(() -> {
            change.run();
            changed.signalAll();
            return dead;
        });
    }

    @Override
    public void end() {
        locked(() -> dead = true);
        errands.end();
        locked(() -> logs.keep(story));
        live.pieces().end();
    }

    private void alive() {
        if (dead) {
            throw new IllegalStateException("This host is dead: its call has returned");
        }
    }
}
