package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Executor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines of all installed plugins. Thread-safe. */
final class Lines {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final Premises premises;
    private final Map<Name, Line> lines = new ConcurrentSkipListMap<>();
    private final Elders elders;

    Lines(Premises premises) {
        this.premises = premises;
        this.elders = new Elders(premises, this);
    }

    Elders elders() {
        return elders;
    }

    Line of(Name id) {
        return lines.computeIfAbsent(id, name -> new Line(premises, name));
    }

    Optional<Line> find(Name id) {
        return premises.shelf().versions(id).isEmpty() && !lines.containsKey(id)
                ? Optional.empty()
                : Optional.of(of(id));
    }

    Collection<Line> all() {
        premises.shelf().ids().forEach(this::of);
        return List.copyOf(lines.values());
    }

    /** A hold on just this version: of what serves, if it does. */
    Lease<Executor> leaseVersion(Name slot, Name id, String version) throws InterruptedException {
        Optional<Lease<Executor>> serving = serving()
                .filter(each ->
                        each.manifest().id().equals(id) && each.jar().version().equals(version))
                .flatMap(each -> Elders.lease(each, slot).stream())
                .findFirst();
        if (serving.isPresent()) {
            return serving.get();
        }
        Shelf.Jar jar = premises.shelf()
                .find(id, version)
                .orElseThrow(() -> PluginFailure.unavailable("No version " + version + " of " + id + " is installed"));
        return elders.lease(jar, slot);
    }

    /** A hold on what reads the route's dialect: of what serves, or of the newest version that does. */
    Lease<Executor> leaseReading(Name slot, Route route) throws InterruptedException {
        int dialect = route.dialect().orElseThrow();
        Optional<Lease<Executor>> serving = owners(slot)
                .flatMap(each -> Elders.lease(each, slot).stream())
                .filter(lease -> lease.reads(dialect) || closed(lease))
                .findFirst();
        if (serving.isPresent()) {
            return serving.get();
        }
        for (Shelf.Jar jar : shelved(slot)) {
            if (elders.reads(jar, slot).contains(dialect)) {
                return elders.lease(jar, slot);
            }
        }
        throw PluginFailure.unavailable(needed(slot, dialect));
    }

    private static boolean closed(Lease<Executor> lease) {
        lease.close();
        return false;
    }

    Optional<String> lacking(Name slot, int dialect) throws InterruptedException {
        boolean serves = owners(slot)
                .flatMap(each -> each.plans().stream())
                .anyMatch(plan -> Elders.isFor(plan.slot(), slot)
                        && plan.contribution().dialects().contains(dialect));
        if (serves) {
            return Optional.empty();
        }
        for (Shelf.Jar jar : shelved(slot)) {
            if (elders.reads(jar, slot).contains(dialect)) {
                return Optional.empty();
            }
        }
        return Optional.of(needed(slot, dialect));
    }

    private String needed(Name slot, int dialect) {
        String id = owners(slot)
                .map(each -> each.manifest().id().text())
                .findFirst()
                .orElse("for the executor slot \"" + slot + "\"");
        return "needs a version of plugin " + id + " that reads dialect " + dialect;
    }

    /** What serves in this slot. */
    private Stream<Tenure> owners(Name slot) {
        return serving().filter(each -> each.plans().stream().anyMatch(plan -> Elders.isFor(plan.slot(), slot)));
    }

    /** The versions that do not serve of the plugin that has this slot, the newest first. */
    private List<Shelf.Jar> shelved(Name slot) {
        List<Tenure> owners = owners(slot).toList();
        return owners.stream()
                .findFirst()
                .map(each -> premises.shelf().versions(each.manifest().id()))
                .orElse(List.of())
                .stream()
                .filter(jar ->
                        owners.stream().noneMatch(each -> each.jar().digest().equals(jar.digest())))
                .toList();
    }

    Stream<Tenure> serving() {
        return lines.values().stream().flatMap(line -> line.serving().stream());
    }

    /** Asked by many calls, so that no list is made of all. */
    Optional<RuntimeOffer> findRuntime(String name) {
        for (Line line : lines.values()) {
            for (RuntimeOffer each : line.active().map(Tenure::runtimes).orElse(List.of())) {
                if (each.runtime().equals(name)) {
                    return Optional.of(each);
                }
            }
        }
        return serving()
                .flatMap(each -> each.runtimes().stream())
                .filter(each -> each.runtime().equals(name))
                .findFirst();
    }

    /** Starts all at once and waits for all: one that hangs costs the others nothing. */
    void start() throws InterruptedException {
        together(all(), Line::start);
    }

    /** The types of a kind that what serves provides. */
    private SortedSet<Name> provided(Kind kind) {
        return serving()
                .flatMap(each -> each.types().stream())
                .filter(type -> type.kind() == kind)
                .map(Slots.Type::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Says at once what is waited for in vain, unless somebody does something. Why a plugin was refused is said already.
     *
     * @param coming whether a plugin may still come by itself
     * @throws IllegalStateException if it is a store, without which nothing starts
     */
    void tellOfUnprovided(boolean coming) {
        for (SlotSetting each : premises.slots().unprovided()) {
            String told = "The " + each.kind().word() + " slot \"" + each.slot() + "\" is to be of the type \""
                    + each.type()
                    + "\""
                    + each.version().map(version -> " in version " + version).orElse("")
                    + ", which no installed plugin provides; there are " + provided(each.kind()) + ". Put its jar into "
                    + premises.settings().data().resolve("plugins") + ", or change the configuration";
            if (each.kind().single() && !coming) {
                throw new IllegalStateException(told);
            }
            LOG.log(System.Logger.Level.WARNING, told);
        }
    }

    /** Closes all at once, but the stores after everything that may use them. */
    void close() throws InterruptedException {
        elders.close();
        Collection<Line> all = List.copyOf(lines.values());
        together(all.stream().filter(line -> !stores(line)).toList(), Line::close);
        together(all.stream().filter(Lines::stores).toList(), Line::close);
    }

    private static boolean stores(Line line) {
        return line.serving().stream()
                .flatMap(tenure -> tenure.types().stream())
                .anyMatch(type -> type.kind().single());
    }

    /** What is done with each line. */
    private interface Each {
        void with(Line line) throws InterruptedException;
    }

    private static void together(Collection<Line> lines, Each each) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Line line : lines) {
            threads.add(Thread.ofVirtual().name("line of " + line.id()).start(() -> {
                try {
                    each.with(line);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    void tick() {
        lines.values().forEach(Line::tick);
        lines.values().forEach(line -> line.history().look());
        elders.tick();
    }
}
