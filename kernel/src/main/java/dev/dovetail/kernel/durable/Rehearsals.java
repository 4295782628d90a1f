package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.journal.Difference;
import dev.dovetail.kernel.durable.journal.Gate;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.durable.journal.Story;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.pool.Release;
import dev.dovetail.kernel.record.ExecutionStatus;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Launch;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tries whether executions would do on other code what they did on theirs: the code runs against their journals, and nothing of it
 * reaches anything. Thread-safe.
 */
public final class Rehearsals {
    /** A check ends after so long, and says where to go on. */
    private static final Duration WHOLE = Duration.ofSeconds(20);

    private final Durable durable;
    private final Rehearser rehearser;
    private final Catalog catalog;
    private final Schemas schemas;
    private final Forks forks;

    Rehearsals(Durable durable, Rehearser rehearser, Catalog catalog, Schemas schemas, Forks forks) {
        this.durable = durable;
        this.rehearser = rehearser;
        this.catalog = catalog;
        this.schemas = schemas;
        this.forks = forks;
    }

    /**
     * What executions are tried on.
     *
     * @param version that all are tried on; without one each is tried on its own
     * @param launch of a version that is not kept
     * @param plugin whose executor starts it, if not what serves
     */
    public record Wanted(Optional<Deployed> version, Optional<Launch> launch, Optional<Release> plugin) {}

    /** What came of it for one execution. */
    public record Tried(String id, Rehearsed rehearsed) {}

    /** @param next the id after which to go on, if there may be more */
    public record Checked(List<Tried> tried, Optional<String> next) {}

    /**
     * Tries the open executions of a function, newest first, from before this id, as many as there is time for.
     *
     * @param only these and no others, if any are named
     */
    public Checked check(Name tenant, Name function, Wanted wanted, List<String> only, String before, int limit)
            throws InterruptedException {
        List<String> ids = only;
        Optional<String> more = Optional.empty();
        if (only.isEmpty()) {
            Opened open = durable.open(
                    tenant,
                    shown -> shown.order().function().equals(function)
                            && shown.order().isWorkflow(),
                    before,
                    limit + 1);
            ids = open.found().stream()
                    .limit(limit)
                    .map(shown -> shown.order().id())
                    .toList();
            more = open.found().size() > limit ? Optional.of(ids.getLast()) : open.upTo();
        }
        long until = System.nanoTime() + WHOLE.toNanos();
        Deque<String> left = new ArrayDeque<>(ids);
        List<Tried> tried = new ArrayList<>();
        while (!left.isEmpty() && (tried.isEmpty() || System.nanoTime() < until)) {
            String id = left.getFirst();
            Optional<Shown> shown = durable.find(tenant, id)
                    .filter(each -> each.order().function().equals(function));
            Optional<String> why = shown.isEmpty()
                    ? Optional.of("there is no execution \"" + id + "\" of this function")
                    : nothingToTry(shown.get());
            if (why.isPresent()) {
                tried.add(new Tried(left.removeFirst(), new Rehearsed.Unknown(why.get())));
            } else {
                some(wanted, shown.get(), left, tried, until);
            }
        }
        return new Checked(
                tried, left.isEmpty() ? more : Optional.of(tried.getLast().id()));
    }

    /** Tries those that come first and are tried on the same, on one stage. */
    private void some(Wanted wanted, Shown first, Deque<String> left, List<Tried> tried, long until)
            throws InterruptedException {
        Order order = first.order();
        Optional<Deployed> version = wanted.version().isPresent()
                ? wanted.version()
                : catalog.pinned(order.tenant(), order.function(), order.version());
        if (version.isEmpty()) {
            tried.add(new Tried(
                    left.removeFirst(),
                    new Rehearsed.Unknown(PoolBench.gone(order).message())));
            return;
        }
        Deployed on = version.get();
        rehearser.stage(
                on,
                wanted.launch(),
                wanted.plugin(),
                story(first).dialect(),
                stage -> {
                    Optional<Shown> next = Optional.of(first);
                    while (next.isPresent() && stage.usable()) {
                        Shown it = next.get();
                        tried.add(new Tried(
                                left.removeFirst(),
                                rehearser.rehearse(it.order(), it.attempt(), story(it), on, stage)));
                        next = System.nanoTime() < until ? another(wanted, first, left) : Optional.empty();
                    }
                    return true;
                },
                why -> {
                    tried.add(new Tried(left.removeFirst(), new Rehearsed.Unknown(why)));
                    return false;
                });
    }

    /** The first that is left, if it can be tried where this one was. */
    private Optional<Shown> another(Wanted wanted, Shown first, Deque<String> left) throws InterruptedException {
        if (left.isEmpty()) {
            return Optional.empty();
        }
        Order before = first.order();
        return durable.find(before.tenant(), left.getFirst())
                .filter(shown -> shown.order().function().equals(before.function()))
                .filter(shown -> nothingToTry(shown).isEmpty())
                .filter(shown -> story(shown).dialect().equals(story(first).dialect()))
                .filter(shown -> wanted.version().isPresent() || shown.order().version() == before.version());
    }

    private Story story(Shown shown) {
        return Story.of(schemas, shown.lines());
    }

    /** Why there is nothing to try an execution's journal for; empty if there is. */
    static Optional<String> nothingToTry(Shown shown) {
        if (!shown.order().isWorkflow()) {
            return Optional.of(
                    "it is a plain call, which has no journal: what it did cannot be told from what it was answered");
        }
        if (shown.status().ended()) {
            return Optional.of("it has ended: it is " + shown.status().word());
        }
        if (shown.status() == ExecutionStatus.COMPENSATING) {
            return Optional.of("it is being compensated, which goes on as it began");
        }
        return shown.lines().stream().noneMatch(line -> line.type().equals(Line.ASKED))
                ? Optional.of("there is nothing in its journal yet")
                : Optional.empty();
    }

    /** Runs a version's code against an execution's journal, open or ended. */
    public Rehearsed rehearse(Shown shown, Deployed version) throws InterruptedException {
        return rehearser.rehearse(shown.order(), shown.attempt(), story(shown), version);
    }

    /**
     * How an execution is to be forked.
     *
     * @param from the number of the call from which it goes another way, or the label of a step
     * @param input in place of the one that it had
     * @param by who asks, under whose right it runs
     * @param gates at which the new one is held
     */
    public record Wish(Deployed version, String from, Optional<Bytes> input, Principal by, List<Gate.Wish> gates) {}

    /**
     * @param from up to which call the journal was taken over
     * @param difference where the version first does something else than the other execution did, if it does
     */
    public record Forked(String id, long from, Optional<Difference> difference) {}

    /**
     * Starts an execution whose journal begins as another's up to a call. What is settled there is taken over, and runs no more.
     *
     * @throws Refusal INVALID_STATE with the difference, if the version does something else before that call
     */
    public Forked fork(Shown from, Wish wish, boolean dryRun) throws InterruptedException {
        return forks.fork(durable.newId(), from, wish, dryRun);
    }

    /** A difference as it is shown. */
    public static ObjectNode told(Schemas schemas, Difference difference) {
        ObjectNode json = schemas.object()
                .put("step", difference.number())
                .put("expected", difference.expected())
                .put("found", difference.found());
        difference
                .place()
                .ifPresent(place ->
                        json.put("file", place.file()).put("line", place.line()).put("column", place.column()));
        return json;
    }

    /** What is said to whoever wants to move an execution to where it would go another way. */
    public Refusal differs(Deployed version, Difference difference) {
        return Forks.differs(schemas, version, difference);
    }
}
