package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.cluster.Fence;
import dev.dovetail.kernel.durable.due.Due;
import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Entry;
import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.CommitId;
import dev.dovetail.spi.store.Committed;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.StateStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/**
 * A world with two nodes on one store, a clock of its own and luck made of a seed: everything happens on one thread, in an order
 * that the seed decides. Nodes die, shards change hands unheard of, commits fail, or are made and not answered.
 */
final class SimWorld {
    static final Schemas SCHEMAS = new Schemas();
    static final Name TENANT = Name.of("default");
    private static final int SHARDS = 4;
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final SimLab lab;
    private final Random random;
    private final SimTruth truth;
    private final SimNode[] nodes = new SimNode[2];
    private final Deque<SimNode> acting = new ArrayDeque<>();
    private final TreeSet<String> accepted = new TreeSet<>();
    private final long[] epochs = new long[SHARDS];
    private long now = NOON.toEpochMilli();
    private long made;
    private int depth;
    private boolean faulty = true;
    private final Map<String, Runnable> next = new HashMap<>();

    SimWorld(SimLab lab, long seed, SimTruth.Bug bug) {
        this.lab = lab;
        this.random = new Random(seed);
        this.truth = new SimTruth(clock(), bug, random);
        lab.current(this);
        nodes[0] = new SimNode(this);
        nodes[1] = new SimNode(this);
        for (int shard = 0; shard < SHARDS; shard++) {
            give(shard, nodes[shard % 2]);
        }
    }

    Random random() {
        return random;
    }

    InstantSource clock() {
        return () -> Instant.ofEpochMilli(now);
    }

    Slot<StateStore> slot() {
        return lab.slot();
    }

    Hosts hosts() {
        return lab.hosts();
    }

    boolean faulty() {
        return faulty;
    }

    SimTruth truth() {
        return truth;
    }

    /** What the next effect of an execution's host is. */
    private void next(String id, Runnable effect) {
        next.put(id, effect);
    }

    void happens(String id) {
        next.get(id).run();
    }

    /** Whether an execution's code can act only through its host. */
    static boolean isConfined(String id) {
        return id.hashCode() % 2 == 0;
    }

    /** Who uses the store right now. */
    SimNode acting() {
        return acting.getFirst();
    }

    static int shard(String id) {
        return Math.floorMod(id.hashCode() * 31, SHARDS);
    }

    void accepted(String id) {
        accepted.add(id);
    }

    void as(SimNode node, SimNode.Attempted attempted) {
        acting.push(node);
        try {
            attempted.run();
        } catch (SimTempo.Crash e) {
            // it has died
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        } finally {
            acting.pop();
        }
    }

    Order order(String id, Bytes input, Optional<Order.Parent> parent) {
        return SimOrders.order(id, input, parent, clock().instant());
    }

    SimProgram program(SimNode node, Order order) {
        var input = SCHEMAS.parse(order.input());
        return new SimProgram(
                input.get("seed").longValue(),
                input.path("depth").intValue(0),
                truth.witness(order.id(), node),
                isConfined(order.id()) ? Optional.of(effect -> next(order.id(), effect)) : Optional.empty());
    }

    Bench.Stretch undoes(SimNode node, Order order, Entry.Compensation entry) {
        return truth.undoes(order, entry, random.nextInt(8) == 0);
    }

    /** A shard changes hands: who had it does not believe in it any more, since its lease is over, but has not heard so. */
    private void give(int shard, SimNode to) {
        for (SimNode each : nodes) {
            if (each != null) {
                each.doubts(shard);
            }
        }
        Key key = Key.state("c/shard/%02d/owner".formatted(shard));
        Change put = new Change.Put(key, Bytes.utf8("" + ++epochs[shard]), Expectation.anything());
        long version = ((Committed.Done) truth.store().commit(CommitId.fresh(), List.of(put))).version();
        to.take(new Fence(shard, epochs[shard], key, version), truth.due(shard));
    }

    private SimNode any() {
        return nodes[random.nextInt(2)];
    }

    private void start() {
        String id = "%08x-%04x-7000-8000-%012x".formatted(now >>> 16, now & 0xffff, ++made);
        Bytes input = Bytes.utf8("{\"seed\":" + random.nextInt() + "}");
        if (any().tries(() -> acting().reception.accept(order(id, input, Optional.empty()), List.of()))) {
            accepted.add(id);
        }
    }

    private void tell(String kind, String type) {
        List<String> open = truth.open();
        if (!open.isEmpty()) {
            String id = open.get(random.nextInt(open.size()));
            var json = SCHEMAS.object().put("kind", kind).put("type", type).put("event", made);
            any().tries(() -> acting().reception.tell(TENANT, id, kind + "-" + ++made, json));
        }
    }

    /** Time passes for a node that waits; others act meanwhile. */
    void passes(SimNode waiting, long millis) {
        now += millis;
        if (faulty && random.nextInt(8) == 0) {
            interlude(waiting);
        }
    }

    /** Something happens in the middle of what a node does. */
    void interlude(SimNode busy) {
        if (depth > 0) {
            return;
        }
        depth++;
        try {
            SimNode other = busy == nodes[0] ? nodes[1] : nodes[0];
            switch (random.nextInt(8)) {
                case 0, 1 -> other.carry();
                case 2 -> {
                    int shard = random.nextInt(SHARDS);
                    give(shard, other);
                    other.carry();
                    other.carry();
                }
                case 3 -> other.tries(() -> tell("signal", "e" + random.nextInt(2)));
                case 4 -> other.hear();
                case 5 -> {
                    busy.ringsMeanwhile();
                    other.lists();
                }
                case 6 -> tell(random.nextBoolean() ? "pause" : "resume", "");
                default -> busy.carry();
            }
        } finally {
            depth--;
        }
    }

    private void happen() {
        for (int i = 0; i < 2; i++) {
            if (nodes[i].isDead()) {
                revive(i);
            }
        }
        switch (random.nextInt(16)) {
            case 0 -> tell("signal", "e" + random.nextInt(2));
            case 1 -> {
                any().hear();
                any().lists();
            }
            case 2 -> tell(List.of("cancel", "pause", "resume", "terminate").get(random.nextInt(4)), "");
            case 3 -> give(random.nextInt(SHARDS), any());
            case 4 -> any().die();
            case 5 -> {
                if (made < 40) {
                    start();
                }
            }
            default -> {
                if (!any().carry() && !nodes[0].carry() && !nodes[1].carry()) {
                    next();
                }
            }
        }
    }

    /** A process begins in place of one that died, and has its shards, or the other has them. */
    private void revive(int which) {
        List<Integer> had = List.copyOf(nodes[which].owned());
        truth.died(nodes[which]);
        nodes[which] = new SimNode(this);
        had.forEach(shard -> give(shard, any()));
    }

    /** The clock goes to when something is due; false if nothing ever is. */
    private boolean next() {
        Optional<Instant> first = java.util.stream.Stream.of(nodes)
                .flatMap(node -> node.next().map(Due::at).stream())
                .min(Instant::compareTo);
        first.ifPresent(at -> now = Math.max(now, at.toEpochMilli()));
        return first.isPresent();
    }

    /** One history: some time with faults, and then as long as it takes without. */
    SimTruth play(int steps) {
        for (int i = 0; i < 3; i++) {
            start();
        }
        for (int i = 0; i < steps && truth.violations().isEmpty(); i++) {
            happen();
            truth.checkWaiting();
        }
        faulty = false;
        for (int i = 0; i < 2; i++) {
            nodes[i].die();
            revive(i);
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            nodes[1].loses(shard);
            give(shard, nodes[0]);
        }
        for (int i = 0; i < 5000 && truth.violations().isEmpty(); i++) {
            nodes[0].hear();
            if (!nodes[0].carry()) {
                if (!next()) {
                    break;
                }
                for (String id : truth.open()) {
                    nodes[0].tries(() -> acting().reception
                            .tell(
                                    TENANT,
                                    id,
                                    "resume-" + ++made,
                                    SCHEMAS.object().put("kind", "resume")));
                }
            }
        }
        nodes[0].hear();
        nodes[0].lists();
        truth.checkEnd(accepted);
        return truth;
    }
}
