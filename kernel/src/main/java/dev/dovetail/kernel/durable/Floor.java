package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.durable.journal.JournalHost;
import dev.dovetail.kernel.durable.journal.Message;
import dev.dovetail.kernel.durable.journal.Saving;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.store.Key;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where executions are carried: loads those that are due, carries them, and puts them back for when they go on. Thread-safe. */
final class Floor {
    private static final System.Logger LOG = System.getLogger(Floor.class.getName());
    private static final Duration CLOSING = Duration.ofSeconds(5);

    /** After so long one for whose journal there is no room is looked at again. */
    private static final Duration FULL_PAUSE = Duration.ofMillis(300);

    /** So many orders are remembered from their acceptance until they are carried; others are read again. */
    private static final int MOST_FRESH = 10_000;

    private final Ownership shards;
    private final Agenda agenda;
    private final OpenFiles files;
    private final Loading loading;
    private final Listing listing;
    private final Inbox inbox;
    private final Commits commits;
    private final Carrier carrier;
    private final InstantSource clock;
    private final Consumer<String> parked;
    private final Map<String, Turn> underWay = new ConcurrentHashMap<>();
    private final Map<String, Fresh> fresh = new ConcurrentHashMap<>();
    private final Map<String, Left> left = new ConcurrentHashMap<>();
    private volatile boolean closing;
    /** As long as the cluster waits for it at the most, with a little to spare. */
    private volatile Duration leaving = Duration.ofSeconds(4);

    /** What the floor works with. */
    record Tools(
            Ownership shards,
            Agenda agenda,
            OpenFiles files,
            Loading loading,
            Listing listing,
            Inbox inbox,
            Commits commits,
            Carrier carrier,
            InstantSource clock) {}

    /** An order that was accepted under this fence, and that nobody has touched since while the fence holds. */
    private record Fresh(Order order, Fence fence) {}

    /** Messages that an execution was shown and left where they are. */
    private record Left(int shard, Set<Key> keys) {
        private static final Left NOTHING = new Left(-1, Set.of());
    }

    /** @param parked is told of each that waits */
    Floor(Tools tools, Consumer<String> parked) {
        this.shards = tools.shards();
        this.agenda = tools.agenda();
        this.files = tools.files();
        this.loading = tools.loading();
        this.listing = tools.listing();
        this.inbox = tools.inbox();
        this.commits = tools.commits();
        this.carrier = tools.carrier();
        this.clock = tools.clock();
        this.parked = parked;
    }

    /** What was accepted this moment need not be read again. */
    void accepted(Order order, Due due, Fence fence) {
        if (fresh.size() < MOST_FRESH) {
            fresh.put(order.id(), new Fresh(order, fence));
        }
        agenda.add(due);
    }

    /**
     * This shard is to be another node's: what is carried of it comes to where it can be left, and is left, so that the other has
     * nothing to do again. Returns when it has, or after a while.
     */
    void lost(int shard) {
        underWay.values().stream()
                .filter(turn -> shards.fence(turn.shard()).isEmpty())
                .forEach(turn -> turn.loaded().ifPresent(Case::leave));
        awaitNone(turn -> turn.shard() == shard, leaving);
        fresh.values().removeIf(each -> each.fence().shard() == shard);
        left.values().removeIf(each -> each.shard() == shard);
    }

    /** Carries one that is due, as far as it goes now. */
    void carry(Due due) {
        Turn turn = new Turn(due.shard());
        // whatever ends this otherwise than below: it is tried again
        Optional<Due> next = Optional.of(later(due, Duration.ofSeconds(10)));
        try {
            underWay.put(due.id(), turn);
            next = carry(due, turn);
        } catch (InterruptedException e) {
            next = Optional.empty(); // the system stops; whoever starts next finds it
        } catch (PluginFailure e) {
            boolean hopeless = e.kind() == PluginException.Kind.REJECTED; // though what serves next may take it
            LOG.log(hopeless ? Level.WARNING : Level.DEBUG, "Carried later: {0}: {1}", due.id(), e.getMessage());
            next = Optional.of(later(due, Duration.ofSeconds(1)));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The execution " + due.id() + " could not be carried, and is tried again", e);
        } finally {
            loading.desk().clear(due.id());
            leaves(due, turn, next.isPresent());
            underWay.remove(due.id(), turn);
            // whoever rings after this finds no turn, and says that it is due
            if (turn.owed() && next.isPresent()) {
                next = Optional.of(later(due, Duration.ZERO));
            }
            next.ifPresent(agenda::add);
            next.ifPresent(it -> parked.accept(it.id()));
            agenda.done(due.id());
        }
    }

    private Optional<Due> carry(Due due, Turn turn) throws InterruptedException {
        Optional<Loading.Loaded> loaded = load(due);
        if (loaded.isEmpty()) {
            return Optional.empty();
        }
        return switch (loaded.get()) {
            case Loading.Loaded.Later _ -> Optional.of(later(due, FULL_PAUSE));
            case Loading.Loaded.Whole(Case it) -> carry(due, turn, it, () -> carrier.carry(it));
            case Loading.Loaded.TooLarge(Case it, boolean undoable, Fault why) ->
                carry(due, turn, it, () -> carrier.giveUp(it, undoable, why));
        };
    }

    /** What is done with one that was taken up. */
    private interface Carried {
        Optional<Parked> now() throws InterruptedException;
    }

    private Optional<Due> carry(Due due, Turn turn, Case it, Carried carried) throws InterruptedException {
        turn.loaded(it);
        if (closing || shards.fence(due.shard()).isEmpty()) {
            it.leave();
        }
        try {
            return carried.now().map(Parked::due);
        } catch (Saving.Lost e) {
            Fence fence = it.fence();
            LOG.log(Level.DEBUG, "Left to another: {0}", e.getMessage());
            if (!e.key().equals(fence.key()) && shards.fence(due.shard()).equals(Optional.of(fence))) {
                return Optional.of(later(due, Duration.ofMillis(100))); // still this node's: read anew
            }
            shards.lost(fence);
            return Optional.empty();
        }
    }

    /** Remembers what it was shown and did not want, so that the same does not wake it again. */
    private void leaves(Due due, Turn turn, boolean goesOn) {
        Set<Key> keys = turn.loaded()
                .map(it -> it.mail().waiting().stream().map(Message::key).collect(Collectors.toSet()))
                .orElse(Set.of());
        if (goesOn && !keys.isEmpty() && !turn.owed()) {
            left.put(due.id(), new Left(due.shard(), keys));
        } else {
            left.remove(due.id());
        }
    }

    private Due later(Due due, Duration pause) {
        return new Due(due.id(), due.tenant(), due.shard(), clock.instant().plus(pause));
    }

    private Optional<Loading.Loaded> load(Due due) throws InterruptedException {
        Optional<Fence> fence = shards.fence(due.shard());
        if (fence.isEmpty()) {
            return Optional.empty();
        }
        Fresh mine = fresh.remove(due.id());
        return mine != null && mine.fence().equals(fence.get())
                ? Optional.of(loading.accepted(due, fence.get(), mine.order()))
                : loading.load(due, fence.get());
    }

    Optional<Case> inHand(String id) {
        return Optional.ofNullable(underWay.get(id)).flatMap(Turn::loaded);
    }

    /** Whether it was accepted here or is being carried here, and has not ended; false says nothing. */
    boolean isOpenHere(Name tenant, String id) {
        Fresh accepted = fresh.get(id);
        Optional<Order> order = accepted != null
                ? Optional.of(accepted.order())
                : inHand(id).filter(it -> !it.standing().status().ended()).map(Case::order);
        return order.filter(it -> it.tenant().equals(tenant)).isPresent();
    }

    int underWay() {
        return underWay.size();
    }

    /** Ends attempts of steps that take longer than they may, and what was told to stop before it had begun. */
    void watch() {
        underWay.values().forEach(turn -> {
            turn.loaded().flatMap(Case::host).ifPresent(JournalHost::watch);
            turn.loaded().ifPresent(carrier::stop);
        });
    }

    /**
     * Something has come for an execution of this node's: whoever carries it takes it up, or it is carried now.
     *
     * @return whether there is nothing left to take up, as the store has it
     */
    boolean ring(Name tenant, String id, int shard) throws InterruptedException {
        Turn turn = underWay.get(id);
        if (turn != null) {
            Optional<Case> it = turn.loaded();
            if (it.isPresent()) {
                deliver(it.get());
            } else {
                turn.miss();
            }
            if (underWay.get(id) == turn) {
                return false;
            }
        }
        fresh.remove(id);
        Optional<OpenFiles.Open> open = files.find(tenant, id);
        if (open.isEmpty()) {
            listing.throwAway(tenant, id);
            return true;
        }
        Instant due = open.get().standing().due();
        boolean overdue = !due.isAfter(clock.instant());
        Set<Key> known = left.getOrDefault(id, Left.NOTHING).keys();
        boolean news = inbox.read(tenant, id).stream().anyMatch(message -> !known.contains(message.key()));
        if (overdue || news) {
            agenda.add(new Due(id, tenant, shard, overdue ? due : clock.instant()));
        }
        return !overdue && !news;
    }

    private void deliver(Case it) throws InterruptedException {
        for (Message message : inbox.read(it.order().tenant(), it.order().id())) {
            if (it.mail().receive(message)) {
                switch (message.kind()) {
                    case Message.CANCEL, Message.TERMINATE -> carrier.stop(it);
                    case "pause", "move" -> it.host().ifPresent(JournalHost::pause);
                    default -> {}
                }
            }
        }
        it.host().ifPresent(JournalHost::arrived);
    }

    /** Lets those that are carried come to where they can be left, for a short while, and leaves them. */
    void close() {
        closing = true;
        underWay.values().forEach(turn -> turn.loaded().ifPresent(Case::leave));
        awaitNone(_ -> true, CLOSING);
        leaving = Duration.ZERO; // whoever has not left by now has had more time already
        commits.closing(); // a store that is away is not waited for any more
        underWay.values().forEach(turn -> turn.loaded().ifPresent(Quarantine::spare));
    }

    private void awaitNone(Predicate<Turn> of, Duration patience) {
        long until = System.nanoTime() + patience.toNanos();
        while (underWay.values().stream().anyMatch(of) && System.nanoTime() < until) {
            LockSupport.parkNanos(this, 2_000_000);
        }
    }
}
