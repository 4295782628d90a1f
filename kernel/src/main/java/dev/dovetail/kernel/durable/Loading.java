package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.journal.Full;
import dev.dovetail.kernel.durable.journal.Line;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.store.Entry;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes up the journals of executions that are to be carried, if there is room for them. */
record Loading(
        Ownership shards,
        OpenFiles files,
        Inbox inbox,
        Listing listing,
        Papers papers,
        Commits commits,
        Schemas schemas,
        Desk desk,
        Census census) {
    /** What an answer may add to a journal that is full. */
    private static final long ANSWER = 4 << 20;

    /** So much of a journal that is too large is kept to be looked at. */
    private static final long SHOWN = 1 << 20;

    private static final long STRIDE = 256 << 10;

    /** What came of it. */
    sealed interface Loaded {
        record Whole(Case it) implements Loaded {}

        /** Others take the room. */
        record Later() implements Loaded {}

        /**
         * It takes more than one may, and cannot be carried on.
         *
         * @param undoable whether it may have done something that was to be undone
         */
        record TooLarge(Case it, boolean undoable, Fault why) implements Loaded {}
    }

    /** One that was accepted by this node, which has no journal. */
    Loaded accepted(Due due, Fence fence, Order order) {
        census.takes(fence, due.id()); // nothing, which is among the sums
        Due at = new Due(due.id(), due.tenant(), due.shard(), order.createdAt());
        return new Loaded.Whole(new Case(this, order, new Papers.Kept(Standing.queued(at.at()), ""), fence, at));
    }

    /** One as the store has it; empty if it is not open any more. */
    Optional<Loaded> load(Due due, Fence fence) throws InterruptedException {
        if (!desk.hasRoom(due.id())) {
            return Optional.of(new Loaded.Later());
        }
        boolean known = census.takes(fence, due.id());
        Optional<OpenFiles.Open> open = files.find(due.tenant(), due.id());
        if (open.isEmpty()) {
            listing.found(due, fence);
            return Optional.empty();
        }
        Papers.Kept kept = open.get().kept();
        if (!known) {
            census.changes(fence, Optional.empty(), kept.share());
        }
        Due at = new Due(due.id(), due.tenant(), due.shard(), kept.standing().due());
        Supplier<Case> blank = () -> new Case(this, open.get().order(), kept, fence, at);
        Whole whole = new Whole(blank.get());
        files.segments(due.tenant(), due.id(), whole::take);
        if (whole.full) {
            return Optional.of(new Loaded.Later());
        }
        Case it = whole.tooLarge ? blank.get() : whole.it;
        Loaded loaded = whole.tooLarge ? skimmed(it) : new Loaded.Whole(it);
        inbox.read(due.tenant(), due.id()).forEach(it.mail()::found);
        return Optional.of(loaded);
    }

    private final class Whole {
        private final Case it;
        private long asked;
        private boolean full;
        private boolean tooLarge;

        private Whole(Case it) {
            this.it = it;
        }

        private boolean take(Entry segment) {
            it.loaded(segment);
            long weight = it.story().weight();
            tooLarge = weight > desk.one() / 4 * 5 + ANSWER;
            if (!tooLarge && weight - asked > STRIDE) {
                asked = weight;
                full = !desk.takesUp(it.order().id(), it::leave, weight);
            }
            return !tooLarge && !full;
        }
    }

    /** What is needed to end it, and its beginning. */
    private Loaded skimmed(Case it) throws InterruptedException {
        Skim skim = new Skim(it);
        files.segments(it.order().tenant(), it.order().id(), skim::take);
        return new Loaded.TooLarge(it, skim.undoable, Full.fault(skim.weight, desk.one()));
    }

    private static final class Skim {
        private final Case it;
        private long weight;
        private boolean undoable;

        private Skim(Case it) {
            this.it = it;
        }

        private boolean take(Entry segment) {
            boolean shown = weight < SHOWN;
            it.story().load(segment.value(), line -> needed(line) || shown);
            weight = it.story().weight();
            it.skipped(segment);
            return true;
        }

        /** What says which other executions end with it. */
        private boolean needed(Line line) {
            undoable |= line.json().has("compensation") || line.type().equals(Line.UNDOING);
            return switch (line.type()) {
                case Line.UNDOING, Line.HANDLING, Line.HANDLED -> true;
                case Line.ASKED -> line.text("onParentEnd").equals("CANCEL");
                case Line.ANSWERED -> {
                    boolean known = it.story().asked(line.number()).isPresent();
                    if (known && line.json().has("value")) {
                        line.json().putNull("value");
                    }
                    yield known;
                }
                default -> false;
            };
        }
    }
}
