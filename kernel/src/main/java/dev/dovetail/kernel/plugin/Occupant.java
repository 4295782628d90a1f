package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Config;
import dev.dovetail.spi.plugin.ExecutorProvider;
import dev.dovetail.spi.store.StateStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** An open service with what it was lent, in the slot it was opened for. */
final class Occupant<T extends AutoCloseable> {
    /**
     * What is to be opened, and where it goes.
     *
     * @param runtimes of an executor, under this configuration
     */
    record Plan<T extends AutoCloseable>(
            Slot<T> slot, Contribution<T> contribution, Config config, List<ExecutorProvider.Runtime> runtimes) {}

    private final Slot<T> slot;
    private final Service<T> service;
    private final Workers workers;

    private Occupant(Slot<T> slot, Service<T> service, Workers workers) {
        this.slot = slot;
        this.service = service;
        this.workers = workers;
    }

    Kind kind() {
        return slot.kind();
    }

    /**
     * Opens the service, with patience; nobody finds it yet.
     *
     * @throws PluginFailure if it does not open; then nothing of it is left
     */
    static <T extends AutoCloseable> Occupant<T> open(Plan<T> plan, Tenure tenure) throws InterruptedException {
        String told = plan.contribution().type() + " of " + tenure.manifest();
        Premises premises = tenure.premises();
        Duration patience = premises.times().open();
        ClassLoader loader = tenure.loader();
        Workers workers = new Workers(told, loader);
        LentContext context = context(plan, tenure, workers);
        try {
            T object = Patience.virtually(
                    patience,
                    "The open of " + told,
                    () -> Boundary.<Contribution<T>, T>cross(
                            loader,
                            made -> Objects.requireNonNull(
                                    made.provider().open(plan.config(), context), "open answered null"),
                            plan.contribution()),
                    late -> closeLate(loader, late, told));
            return new Occupant<>(
                    plan.slot(),
                    new Service<>(
                            plan.slot().kind() == Kind.STATE ? around(object, premises.settings()) : object,
                            loader,
                            told,
                            tenure.number(),
                            plan.contribution().dialects()),
                    workers);
        } catch (PluginFailure e) {
            workers.end(premises.times().close());
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // what is in the slot of this kind is a state store
    private static <T> T around(T store, PluginSettings settings) {
        return (T) settings.around().apply((StateStore) store);
    }

    private static LentContext context(Plan<?> plan, Tenure tenure, Workers workers) {
        Premises premises = tenure.premises();
        Manifest manifest = tenure.manifest();
        Path data = premises.settings().data();
        Path scratch = tenure.directory().resolve("scratch-" + plan.slot().name());
        Path cache = data.resolve("cache").resolve(manifest.id().text());
        try {
            Premises.delete(scratch);
            Files.createDirectories(scratch);
            Files.createDirectories(cache);
        } catch (IOException e) {
            throw PluginFailure.unavailable("No directories for " + manifest + ": " + e);
        }
        PluginLog log = new PluginLog(manifest.id().text(), manifest.version());
        return new LentContext(
                log, workers, scratch, cache, data, premises.settings().clock());
    }

    /** It opened after it had been given up. */
    private static <T extends AutoCloseable> void closeLate(ClassLoader loader, T late, String told) {
        try {
            Boundary.<T, Boolean>cross(
                    loader,
                    object -> {
                        object.close();
                        return true;
                    },
                    late);
        } catch (PluginFailure | InterruptedException e) {
            System.getLogger("dev.dovetail.kernel.plugin")
                    .log(System.Logger.Level.WARNING, told + " opened too late and did not close: " + e.getMessage());
        }
    }

    Slot<T> slot() {
        return slot;
    }

    Service<T> service() {
        return service;
    }

    /** From now on it is what is in the slot. */
    void publish() {
        service.gate().open();
        slot.publish(new Arms.One<>(service));
    }

    /** From now on it shares the slot with the one of these that is in it, or has it alone if none is. */
    void publishBeside(List<Occupant<?>> others, Predicate<Route> chooser) {
        slot.publish(others.stream()
                .filter(other -> other.slot == slot)
                .findFirst()
                .<Arms<T>>map(other -> new Arms.Two<>(inThisSlot(other), service, chooser))
                .orElseGet(() -> new Arms.One<>(service)));
    }

    @SuppressWarnings("unchecked") // what is in the same slot is of the same type
    private Service<T> inThisSlot(Occupant<?> other) {
        return (Service<T>) other.service;
    }

    /** Leaves the slot empty, if this is what is in it. */
    void withdraw(String because, boolean wanted) {
        if (slot.arms() instanceof Arms.One<T>(Service<T> present) && present == service) {
            slot.publish(new Arms.None<>(because, wanted));
        }
    }

    /** Closes the service and ends its threads, each in its time; what did not go well, in words. */
    List<String> close(Duration patience) throws InterruptedException {
        List<String> remarks = new ArrayList<>();
        service.end(patience).ifPresent(remarks::add);
        List<String> left = workers.end(patience);
        if (!left.isEmpty()) {
            remarks.add(service.told() + " left " + left.size() + " threads running: " + String.join("; ", left));
        }
        return remarks;
    }
}
