package dev.dovetail.kernel.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The time of one generation, from loading until its class loader is gone. Once it is unloaded only figures and words are
 * left. Driven by one thread at a time; looked at by any.
 */
final class Tenure {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");

    private final Premises premises;
    private final Shelf.Jar jar;
    private final long number;
    private final Path directory;
    private final Instant since;
    private volatile VersionState state = VersionState.LOADING;
    private volatile Optional<Generation> generation = Optional.empty();
    private volatile Optional<Afterlife> afterlife = Optional.empty();
    private volatile List<Contribution<?>> contributions = List.of();
    private volatile List<Occupant.Plan<?>> plans = List.of();
    private volatile List<RuntimeOffer> runtimes = List.of();
    private volatile List<Occupant<?>> occupants = List.of();
    private volatile List<Service<?>> services = List.of();
    private volatile List<String> remarks = List.of();
    private volatile Easing easing = Easing.AT_ONCE;
    private volatile long cutOff;

    Tenure(Premises premises, Shelf.Jar jar) {
        this.premises = premises;
        this.jar = jar;
        this.number = premises.generations().incrementAndGet();
        this.directory = premises.run().resolve(Long.toString(number));
        this.since = premises.settings().clock().instant();
    }

    /**
     * Loads the jar and asks its providers what they are.
     *
     * @throws Refusal if it cannot be
     * @throws PluginFailure if it fails at it
     */
    void load() throws IOException, InterruptedException {
        String spi = premises.settings().spiVersion();
        manifest().checkRequires(spi);
        Files.createDirectories(directory);
        Generation loaded = Generation.load(premises.stamps().checked(jar), directory, spi);
        generation = Optional.of(loaded);
        contributions = Patience.within(
                premises.times().open(),
                "Loading " + manifest(),
                () -> Boundary.<Generation, List<Contribution<?>>>cross(
                        loaded.loader(),
                        made -> made.providers().stream()
                                .<Contribution<?>>map(each -> Contribution.of(each, premises.check()))
                                .toList(),
                        loaded),
                late -> {});
        Contribution.check(manifest(), contributions);
    }

    Premises premises() {
        return premises;
    }

    Manifest manifest() {
        return jar.manifest();
    }

    Shelf.Jar jar() {
        return jar;
    }

    long number() {
        return number;
    }

    Path directory() {
        return directory;
    }

    ClassLoader loader() {
        return generation
                .orElseThrow(() -> new IllegalStateException(manifest() + " is not loaded"))
                .loader();
    }

    List<Contribution<?>> contributions() {
        return contributions;
    }

    Set<Slots.Type> types() {
        return contributions.stream()
                .map(each -> new Slots.Type(each.kind(), each.type()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What is opened, and where. */
    List<Occupant.Plan<?>> plans() {
        return plans;
    }

    /** What its executors run; asked for by every call, and made once. */
    List<RuntimeOffer> runtimes() {
        return runtimes;
    }

    boolean isIndispensable() {
        return occupants.stream().anyMatch(each -> each.kind().single());
    }

    boolean handsOver() {
        return contributions.stream().anyMatch(Contribution::handsOver);
    }

    List<Occupant<?>> occupants() {
        return occupants;
    }

    /** Opens what is planned, all or nothing; nobody finds it yet. */
    void open(List<Occupant.Plan<?>> wanted) throws InterruptedException {
        List<Occupant<?>> opened = new ArrayList<>();
        try {
            for (Occupant.Plan<?> each : wanted) {
                opened.add(Occupant.open(each, this));
            }
        } catch (PluginFailure e) {
            for (Occupant<?> each : opened.reversed()) {
                note(each.close(premises.times().close()));
            }
            throw e;
        }
        plans = List.copyOf(wanted);
        runtimes = Offers.runtimes(manifest(), plans);
        occupants = List.copyOf(opened);
        services = Stream.<Service<?>>concat(services.stream(), opened.stream().map(Occupant::service))
                .toList();
    }

    /** Opens again what was closed for a successor that did not come. */
    void reopen() throws InterruptedException {
        open(plans);
        publish();
    }

    void publish() {
        occupants.forEach(Occupant::publish);
        state = VersionState.ACTIVE;
        for (Occupant<?> each : occupants) {
            premises.tell(
                    watcher -> watcher.serving(each.slot().kind(), each.slot().name(), number));
        }
    }

    void beside() {
        state = VersionState.ACTIVE;
    }

    /** Serves beside another version, those whom the chooser sends. */
    void publishBeside(Tenure stable, Predicate<Route> chooser) {
        occupants.forEach(each -> each.publishBeside(stable.occupants(), chooser));
        state = VersionState.ACTIVE;
    }

    /**
     * Lets nobody in any more; a successor serves, or is about to.
     *
     * @param how what is warm in it goes over to the successor
     */
    void shut(Easing how) {
        state = VersionState.DRAINING;
        easing = how;
        for (Occupant<?> each : occupants) {
            each.service().ease(how);
            each.service().gate().shut();
        }
        tellRetiring();
    }

    private void tellRetiring() {
        for (Occupant<?> each : occupants) {
            premises.tell(
                    watcher -> watcher.retiring(each.slot().kind(), each.slot().name(), number));
        }
    }

    /** Waits until all leases have ended. */
    boolean drain(Duration patience) throws InterruptedException {
        if (!easing.atOnce()) {
            Thread.sleep(easing.left(System.nanoTime()));
            tellRetiring(); // what is idle goes now
        }
        long until = System.nanoTime() + patience.toNanos();
        for (Occupant<?> each : occupants) {
            if (!each.service().gate().awaitEmpty(Duration.ofNanos(Math.max(0, until - System.nanoTime())))) {
                return false;
            }
        }
        return true;
    }

    /** How often its executors were called. */
    long calls() {
        return occupants.stream()
                .filter(each -> each.slot().kind() == Kind.EXECUTOR)
                .mapToLong(each -> each.service().calls())
                .sum();
    }

    /** How many leases are held. */
    long leases() {
        return services.stream().mapToLong(each -> each.gate().inside()).sum();
    }

    /** Closes the services, whoever still uses them. */
    void closeServices() throws InterruptedException {
        long held = occupants.stream()
                .mapToLong(each -> each.service().gate().inside())
                .sum();
        cutOff += held;
        if (held > 0) {
            note(List.of("cut off: " + held));
        }
        List<Occupant<?>> closing = occupants;
        occupants = List.of();
        for (Occupant<?> each : closing.reversed()) {
            note(each.close(premises.times().close()));
        }
    }

    /** Leaves its slots empty, as far as they have nothing else. */
    void withdraw(String because, boolean wanted) {
        occupants.forEach(each -> each.withdraw(because, wanted));
    }

    /** Closes the class loader and begins to watch it. Unloading twice does nothing. */
    void unload(VersionState last) {
        state = last;
        contributions = List.of();
        plans = List.of();
        runtimes = List.of();
        generation.ifPresent(loaded -> {
            afterlife = Optional.of(new Afterlife(loaded.loader(), premises.broom()));
            loaded.close();
        });
        generation = Optional.empty();
        Premises.delete(directory);
    }

    private void note(List<String> more) {
        more.forEach(each -> LOG.log(System.Logger.Level.WARNING, "Generation " + number + ": " + each));
        remarks = Stream.concat(remarks.stream(), more.stream()).toList();
    }

    List<String> remarks() {
        return remarks;
    }

    VersionState state() {
        return state == VersionState.SHELVED && lingers() ? VersionState.LINGERING : state;
    }

    /** Whether its class loader should be gone and is not. */
    boolean lingers() {
        return afterlife.map(Afterlife::lingering).orElse(false);
    }

    /** Whether nothing of it is left but these figures. */
    boolean gone() {
        return afterlife.map(Afterlife::gone).orElse(false);
    }

    Optional<Afterlife> afterlife() {
        return afterlife;
    }

    GenerationView view() {
        return new GenerationView(
                number,
                jar.version(),
                state(),
                leases(),
                services.stream().mapToLong(Service::calls).sum(),
                services.stream().mapToLong(Service::failures).sum(),
                since,
                cutOff);
    }
}
