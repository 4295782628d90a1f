package dev.dovetail.storage.h2;

import dev.dovetail.spi.Context;
import dev.dovetail.spi.PluginException.Kind;
import dev.dovetail.storage.h2.Logged.Made;
import dev.dovetail.storage.h2.Logged.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The one thread through which every commit goes: it takes all that wait, judges them, makes them durable with one force
 * of the log, shows them to readers and answers them. While the disk works, the next group gathers.
 */
final class Writer implements Runnable {
    private static final Duration IDS_ARE_KEPT = Duration.ofMinutes(10);
    private static final Duration LOOKS_FOR_OLD_SEGMENTS = Duration.ofSeconds(60);
    private static final int LARGEST_GROUP = 1024;
    private static final long LARGEST_GROUP_BYTES = 8 << 20;

    private final BlockingQueue<Ask<?>> queue = new LinkedBlockingQueue<>();
    private final Overlay overlay;
    private final Applier applier;
    private final WriteAheadLog log;
    private final CommitIds ids;
    private final Context context;
    private final String name;
    private long version;
    private volatile boolean ended;
    private Optional<String> failure = Optional.empty();

    Writer(
            String name,
            Overlay overlay,
            Applier applier,
            WriteAheadLog log,
            CommitIds ids,
            long version,
            Context context) {
        this.name = name;
        this.overlay = overlay;
        this.applier = applier;
        this.log = log;
        this.ids = ids;
        this.version = version;
        this.context = context;
    }

    /** Asks and waits for the answer. */
    <T> T ask(Ask<T> ask) {
        queue.add(ask);
        if (ended && queue.removeIf(waiting -> waiting == ask)) {
            refuseClosed(ask);
        }
        return ask.await();
    }

    private void refuseClosed(Ask<?> ask) {
        ask.refuse(Kind.UNAVAILABLE, "The state store " + name + " is closed");
    }

    @Override
    public void run() {
        try {
            while (!ended) {
                Ask<?> first = queue.poll(LOOKS_FOR_OLD_SEGMENTS.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    round(first);
                }
                forget();
            }
        } catch (InterruptedException e) {
            failure = Optional.of("its thread was interrupted");
        } finally {
            ended = true;
            for (Ask<?> late = queue.poll(); late != null; late = queue.poll()) {
                refuseClosed(late);
            }
        }
    }

    private void forget() {
        try {
            log.forget(applier.applied(), context.clock().millis() - IDS_ARE_KEPT.toMillis());
        } catch (IOException e) {
            context.log().log(
                    System.Logger.Level.WARNING, "Cannot remove an old segment of the log: {0}", e.getMessage());
        }
    }

    /** Takes all that wait, up to a point; what is no commit has its turn between two groups. */
    private void round(Ask<?> first) throws InterruptedException {
        Group group = new Group(overlay, ids, log, version, context.clock().millis());
        int members = 0;
        long bytes = 0;
        Ask<?> next = first;
        try {
            while (next instanceof Ask.Commit || next instanceof Ask.Drop) {
                group.add(next);
                members++;
                bytes += next instanceof Ask.Commit commit ? size(commit) : 0;
                next = members < LARGEST_GROUP && bytes < LARGEST_GROUP_BYTES ? queue.poll() : null;
            }
            if (members > 0) {
                carryOut(group);
            }
        } finally {
            // nobody waits for ever, whatever happened; for those who have their answer this does nothing
            group.refuse(Kind.UNAVAILABLE, "The state store " + name + " ended before the commit's fate was known");
        }
        switch (next) {
            case null -> {}
            case Ask.Look look -> look.answer(new Ask.Seen(version, overlay.moment()));
            case Ask.End end -> {
                ended = true;
                end.answer(name);
            }
            case Ask.Commit commit -> throw new IllegalStateException("A commit outside a group: " + commit.id());
            case Ask.Drop drop -> throw new IllegalStateException("A drop outside a group: " + drop.range());
        }
    }

    private static long size(Ask.Commit commit) {
        return H2StateStore.size(commit.changes());
    }

    private void carryOut(Group group) throws InterruptedException {
        List<Logged> records = group.records();
        if (records.isEmpty()) {
            group.answer();
            return;
        }
        Optional<String> noRoom = applier.awaitRoom();
        if (failure.isPresent()) {
            group.refuse(Kind.UNAVAILABLE, "The state store " + name + " must be opened again: " + failure.get());
        } else if (noRoom.isPresent()) {
            group.refuse(Kind.EXHAUSTED, "The state store " + name + " has no room: " + noRoom.get());
        } else {
            write(group, records);
        }
    }

    private void write(Group group, List<Logged> records) {
        try {
            long[] positions = log.append(records, version);
            for (int i = 0; i < positions.length; i++) {
                switch (records.get(i)) {
                    case Made made -> ids.add(made.id(), positions[i], log.oldest());
                    case Refused refused -> ids.add(refused.id(), positions[i], log.oldest());
                    case Logged.Dropped dropped -> {}
                }
            }
            version = group.version();
            overlay.publish(records);
            applier.add(records);
            group.answer();
        } catch (IOException e) {
            group.refuse(
                    Kind.EXHAUSTED,
                    "The state store " + name + " cannot write to its log, and nothing was committed: "
                            + e.getMessage());
        } catch (LostDisk e) {
            failure = Optional.of(e.getMessage());
            group.refuse(
                    Kind.UNAVAILABLE,
                    "The state store " + name + " must be opened again; the commit may or may not have been made: "
                            + e.getMessage());
        }
    }
}
