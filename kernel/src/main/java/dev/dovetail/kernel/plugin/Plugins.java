package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import dev.dovetail.spi.database.Database;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.secret.SecretStore;
import dev.dovetail.spi.store.BlobStore;
import dev.dovetail.spi.store.StateStore;
import dev.dovetail.spi.trigger.Trigger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The door to all plugins: loads, lends, swaps and unloads them. Thread-safe. {@link #start} puts in use what should be,
 * {@link #close} ends it, the stores last.
 *
 * <p>The slots are there from the beginning and may be kept; what is in them comes and goes.
 */
public final class Plugins implements AutoCloseable {
    private final Premises premises;
    private final Intake intake;
    private final Lines lines;

    /**
     * Reads what was decided in earlier runs; loads nothing yet.
     *
     * @throws IllegalArgumentException if a trusted key is none
     * @throws UncheckedIOException if the data folder cannot be used
     */
    public Plugins(PluginSettings settings, ConfigCheck check) {
        Signatures signatures = new Signatures(settings.trustedKeys());
        try {
            this.premises = Premises.in(settings, check);
            this.lines = new Lines(premises);
            this.intake = new Intake(premises, signatures, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("The data folder " + settings.data() + " cannot be used", e);
        }
    }

    /** Puts in use what should be, and begins to watch the operator's folder. What does not open is retried; a store that is not there is told. */
    public void start() throws InterruptedException {
        try {
            intake.takeShipped();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot take over the plugins in " + premises.settings().shipped() + ": " + e.getMessage(), e);
        }
        lines.start();
        lines.tellOfUnprovided(intake.hasMore());
        intake.watch();
    }

    /** Stops watching, drains for a moment, closes and unloads everything. Closing twice does nothing. */
    @Override
    public void close() {
        try {
            intake.close();
            lines.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever stops us will not wait; the rest ends with the process
        }
        Premises.delete(premises.run());
    }

    /** Is told of swaps from now on. */
    public void watch(SlotWatcher watcher) {
        premises.watchers().add(watcher);
    }

    public Slot<StateStore> state() {
        return premises.slots()
                .<StateStore>find(Kind.STATE, Name.of(Kind.STATE.word()))
                .orElseThrow();
    }

    public Slot<BlobStore> blobs() {
        return premises.slots()
                .<BlobStore>find(Kind.BLOBS, Name.of(Kind.BLOBS.word()))
                .orElseThrow();
    }

    public Optional<Slot<Executor>> findExecutor(Name slot) {
        return premises.slots().find(Kind.EXECUTOR, slot);
    }

    public Map<Name, Slot<SecretStore>> secrets() {
        return all(Kind.SECRETS);
    }

    public Map<Name, Slot<Database>> databases() {
        return all(Kind.DATABASE);
    }

    public Map<Name, Slot<Trigger>> triggers() {
        return all(Kind.TRIGGER);
    }

    /** The slots that something should serve in and nothing does, with the reasons: a system with any is not well. */
    public Map<String, String> emptySlots() {
        return premises.slots().empty();
    }

    private <T extends AutoCloseable> Map<Name, Slot<T>> all(Kind kind) {
        Map<Name, Slot<T>> all = new TreeMap<>();
        for (Name name : premises.slots().names(kind)) {
            premises.slots().<T>find(kind, name).ifPresent(slot -> all.put(name, slot));
        }
        return Map.copyOf(all);
    }

    /**
     * Takes a hold on an executor of just this plugin version, which is loaded beside what serves if it does not serve itself, and
     * unloaded some time after nobody has used it any more.
     *
     * @throws PluginFailure of kind UNAVAILABLE if it cannot be loaded, or has no executor for this slot
     */
    public Lease<Executor> leaseVersion(Name slot, Name id, String version) throws InterruptedException {
        return lines.leaseVersion(slot, id, version);
    }

    /**
     * Takes a hold on an executor that reads the route's dialect: what serves if that does, or else the newest installed version
     * of its plugin that does, which is loaded for it.
     *
     * @throws PluginFailure of kind UNAVAILABLE that says what is needed, if there is none
     */
    public Lease<Executor> leaseReading(Name slot, Route route) throws InterruptedException {
        return lines.leaseReading(slot, route);
    }

    /** What is needed for an execution of this dialect to go on, in words; empty if it can. May load versions to ask them. */
    public Optional<String> lacking(Name slot, int dialect) throws InterruptedException {
        return lines.lacking(slot, dialect);
    }

    /** What functions may ask for now, by whichever executors serve. */
    public List<RuntimeOffer> runtimes() {
        return lines.serving().flatMap(each -> each.runtimes().stream()).toList();
    }

    /** The one of this name. */
    public Optional<RuntimeOffer> findRuntime(String name) {
        return lines.findRuntime(name);
    }

    /** The sources of events that serve now. */
    public List<TriggerOffer> triggerOffers() {
        return lines.serving()
                .flatMap(each -> Offers.triggers(each.manifest(), each.plans()).stream())
                .toList();
    }

    /** All plugins, by their id. */
    public List<PluginView> list() {
        return lines.all().stream().map(Line::view).toList();
    }

    public Optional<PluginView> find(Name id) {
        return lines.find(id).map(Line::view);
    }

    /** What is and was loaded of a plugin, the latest first; the last twenty at least. */
    public List<GenerationView> generations(Name id) {
        return lines.find(id)
                .map(line -> line.history().all().stream().map(Tenure::view).toList())
                .orElse(List.of());
    }

    /** For tests that wait until something is gone. */
    List<Tenure> tenures(Name id) {
        return lines.find(id).map(line -> line.history().all()).orElse(List.of());
    }

    /** Files in the operator's folder that were not taken. */
    public List<RefusedFile> refusedFiles() {
        return intake.refusedFiles();
    }

    /**
     * Takes a jar in that came over the network. The first version of an unknown plugin is put in use, and this returns when
     * it serves.
     *
     * @param signature detached, Ed25519 over the whole jar, in base64
     * @throws IOException of the stream, or of the disk
     */
    public Uploaded take(InputStream jar, Optional<String> signature) throws IOException, InterruptedException {
        return intake.upload(jar, signature, true);
    }

    /** What {@link #take} would say of a jar as it is; nothing is kept, loaded or put in use. */
    public Uploaded look(InputStream jar, Optional<String> signature) throws IOException, InterruptedException {
        return intake.upload(jar, signature, false);
    }

    /** Puts a jar on the shelf that was taken in elsewhere, where it was trusted; it is not put in use. */
    public Uploaded keep(InputStream jar) throws IOException {
        return intake.keep(jar);
    }

    /** The file of an installed version, which is never changed; it is gone when the version is removed. */
    public Optional<Path> file(Name id, String version) {
        return premises.shelf().find(id, version).map(Shelf.Jar::file);
    }

    /**
     * Puts a version in use, an older one too, and returns when it serves; the one before finishes beside it. Waits its turn
     * if another swap of the plugin is under way.
     *
     * @param force leases held on the one before are cut off after a moment, and doubts are passed over
     */
    public Activation activate(Name id, String version, boolean force) throws InterruptedException {
        return swapped(id, version, jar -> lines.of(id).activate(jar, force));
    }

    /**
     * Puts a version beside the active one in its slots, or changes who goes to it. Activating it later makes it the active
     * one; activating any other takes it back, the active one too. Not kept over a restart: that is {@code Fleet}'s affair.
     *
     * @param who goes to the candidate; asked at every lease, from any thread, so it must be quick
     */
    public Activation canary(Name id, String version, Predicate<Route> who) throws InterruptedException {
        return swapped(id, version, jar -> lines.of(id).canary(jar, who));
    }

    /** Brings a version in. */
    private interface Swapping {
        Activation to(Shelf.Jar jar) throws InterruptedException;
    }

    private Activation swapped(Name id, String version, Swapping swap) throws InterruptedException {
        Optional<Shelf.Jar> jar = premises.shelf().find(id, version);
        return jar.isPresent()
                ? swap.to(jar.get())
                : new Activation.Unknown(premises.shelf().unknown(id, version));
    }

    /** Takes the candidate back, if there is one. */
    public void endCanary(Name id) throws InterruptedException {
        if (lines.find(id).isPresent()) {
            lines.of(id).endCanary();
        }
    }

    /** Takes the candidate back, if there is one; else puts the version in use that was before this one. */
    public Activation rollBack(Name id) throws InterruptedException {
        Optional<String> before = previous(id);
        if (before.isPresent()) {
            return activate(id, before.get(), false);
        }
        return lines.find(id).isPresent()
                ? new Activation.Refused("No version of " + id + " was in use before this one")
                : new Activation.Unknown(premises.shelf().unknown(id));
    }

    /** The version that {@link #rollBack} goes to. */
    public Optional<String> previous(Name id) {
        return lines.find(id).flatMap(Line::before);
    }

    /** Whether nothing is left of the system without this plugin: it keeps the state or the blobs. */
    public boolean isIndispensable(Name id) {
        return lines.serving().anyMatch(each -> each.manifest().id().equals(id) && each.isIndispensable());
    }

    /** Takes a plugin out of use and all its versions off the shelf; what is shipped stays, unused. */
    public Removal remove(Name id) throws InterruptedException {
        Optional<Line> line = lines.find(id);
        if (line.isEmpty()) {
            return new Removal.Unknown(premises.shelf().unknown(id));
        }
        line.get().remove();
        lines.elders().end(id);
        premises.shelf().versions(id).forEach(intake::forget);
        return new Removal.Removed();
    }

    /** Takes one version off the shelf, which must not be in use. */
    public Removal remove(Name id, String version) throws InterruptedException {
        Optional<Shelf.Jar> jar = premises.shelf().find(id, version);
        if (jar.isEmpty()) {
            return new Removal.Unknown(premises.shelf().unknown(id, version));
        }
        return lines.of(id).takeOff(jar.get(), intake::forget)
                ? new Removal.Removed()
                : new Removal.Refused(jar.get().manifest() + " is in use; put another version in use first");
    }

    /** Compares every installed file of a plugin with what was taken in. */
    public List<Verification> verify(Name id) {
        return premises.shelf().versions(id).stream().map(intake::verify).toList();
    }
}
