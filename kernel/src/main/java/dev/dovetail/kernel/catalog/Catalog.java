package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Principal;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Launch;
import dev.dovetail.spi.executor.Launch.Isolation;
import dev.dovetail.spi.executor.Problem;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Functions, versions and aliases: kept, changed and found. Reads come from memory; a change is durable, and seen by every
 * reader of this node, when its method returns. Thread-safe.
 */
public final class Catalog {
    private final Plugins plugins;
    private final Ledger ledger;
    private final Resolver resolver;
    private final CodeCache code;
    private final Launches launches;
    private final Layers layers;
    private final InstantSource clock;
    private final Runtimes runtimes;
    private final Edits edits;
    private final Inspection inspection;
    private final Natives natives;
    private final Transfers transfers;

    /** Takes what versions print. Thread-safe. */
    public interface Prints {
        /** @param execution the execution that wrote the line, if the executor can tell */
        void line(VersionId version, Optional<String> execution, String text);
    }

    /** @param data the data folder; the code is unpacked below {@code cache/code} in it */
    public Catalog(
            Plugins plugins,
            Schemas schemas,
            Path data,
            Policy policy,
            Prints prints,
            Contracts contracts,
            InstantSource clock) {
        this.ledger = new Ledger(plugins.state(), schemas);
        this.resolver = new Resolver(ledger);
        this.clock = clock;
        Drafts drafts = new Drafts(data.resolve("cache/drafts"));
        this.code = new CodeCache(data.resolve("cache/code"), drafts, plugins.blobs(), clock);
        Claims claims = new Claims(plugins.state(), code);
        this.layers = new Layers(plugins.state(), claims, schemas);
        this.launches = new Launches(policy, prints, code, schemas);
        this.plugins = plugins;
        this.runtimes = new Runtimes(plugins);
        this.inspection = new Inspection(plugins, launches, code, new Doubts(resolver), policy, drafts);
        this.natives = new Natives(plugins);
        Deploys deploys = new Deploys(schemas, runtimes, claims, inspection, contracts, layers, natives);
        Shapes shapes = new Shapes(schemas);
        this.edits = new Edits(ledger, deploys, shapes, clock);
        this.transfers = new Transfers(ledger, deploys, claims, shapes, schemas, clock);
    }

    /** Reads everything from the state store; called once before anything else. If the store with the code does not serve, it says so. */
    public void load() throws InterruptedException {
        ledger.load();
        code.open();
    }

    /** Takes up what other nodes changed; called ten times a second. */
    public void follow() throws InterruptedException {
        ledger.follow();
    }

    public Transfers transfers() {
        return transfers;
    }

    /** What is kept of code, and what of it may go. */
    public Stored stored() {
        return ledger.stored();
    }

    /** How many functions there are. */
    public int size() {
        return ledger.size();
    }

    /** @throws Refusal NOT_FOUND if there is none */
    public Entry require(Name tenant, String function) {
        return Name.find(function)
                .flatMap(name -> ledger.find(tenant, name))
                .filter(entry -> !entry.deleted())
                .orElseThrow(() -> Resolver.noFunction(function));
    }

    /** @throws Refusal NOT_FOUND if there is no such function or version */
    public Deployed require(Name tenant, String function, String version) {
        Entry entry = require(tenant, function);
        return (version.equals("$LATEST")
                        ? entry.active()
                        : Aliases.number(version).flatMap(entry::find))
                .orElseThrow(() -> Resolver.noNumber(entry, version));
    }

    /** The version that a call goes to. */
    public Deployed resolve(Name tenant, String callable, Wish wish) {
        return resolver.resolve(tenant, callable, wish);
    }

    /** Which version of an alias a caller with this key gets. */
    public int choice(Entry entry, Alias alias, Optional<String> key) {
        return alias.versionAt(Resolver.point(entry, alias, key));
    }

    /** Some of a list, and the name to go on after if there may be more. */
    public record Listed(List<Entry> entries, Optional<String> next) {}

    /** The tenant's functions that fit, in the order of their names, from after this name on. */
    public Listed list(Name tenant, Predicate<Entry> fits, String after, int limit) {
        return ledger.list(tenant, fits, after, limit);
    }

    /** A function after a change, and what the executor warned of. */
    public record Changed(Entry entry, List<Problem> warnings) {}

    /** Makes a function, with version 1 if there is code. */
    public Changed create(Principal by, JsonNode body, Optional<byte[]> archive, boolean dryRun)
            throws InterruptedException {
        return edits.create(by, body, archive, dryRun);
    }

    /**
     * Changes a function; what versions are made of makes a new one.
     *
     * @param replace whether title, description and tags that are left out are emptied
     */
    public Changed change(Principal by, String function, JsonNode body, boolean replace, boolean dryRun)
            throws InterruptedException {
        return edits.change(by, require(by.tenant(), function), body, replace, dryRun);
    }

    /** Adds a version, on top of the newest. */
    public Changed addVersion(
            Principal by, String function, JsonNode body, Optional<byte[]> archive, boolean draft, boolean dryRun)
            throws InterruptedException {
        return edits.addVersion(by, require(by.tenant(), function), body, archive, draft, dryRun);
    }

    /** Moves a version along its life; 409 if it does not lead there. */
    public Changed transition(
            Principal by,
            String function,
            String version,
            Version.State to,
            Optional<Version.Deprecation> why,
            boolean dryRun)
            throws InterruptedException {
        return edits.transition(require(by.tenant(), function, version), to, why, dryRun);
    }

    /** What the executor that serves now says of a version, errors and warnings. */
    public Findings findings(Deployed version) throws InterruptedException {
        return inspection.found(version, offer(version));
    }

    /** Removes a version that no alias and no default leads to. */
    public void deleteVersion(Principal by, String function, String version, boolean dryRun)
            throws InterruptedException {
        edits.deleteVersion(require(by.tenant(), function), require(by.tenant(), function, version), dryRun);
    }

    /** Deletes a function softly: it is gone from everywhere, and kept until its retention ends. */
    public Entry delete(Principal by, String function) throws InterruptedException {
        return edits.delete(by, require(by.tenant(), function));
    }

    public Entry putAlias(Principal by, String function, Optional<String> alias, JsonNode body, boolean dryRun)
            throws InterruptedException {
        return edits.putAlias(require(by.tenant(), function), alias, body, dryRun);
    }

    public Entry deleteAlias(Principal by, String function, String alias, boolean dryRun) throws InterruptedException {
        return edits.deleteAlias(require(by.tenant(), function), alias, dryRun);
    }

    /** This version as it is now; empty if it is gone or may not be called any more. */
    public Optional<Deployed> find(VersionId id) {
        return ledger.find(id.tenant(), id.function())
                .filter(entry -> !entry.deleted())
                .flatMap(entry -> entry.find(id.number()))
                .filter(deployed ->
                        deployed.id().equals(id) && deployed.version().state().callable());
    }

    /** The version with this number, whatever its state, also one that was deleted: what began on it goes on with it. */
    public Optional<Deployed> pinned(Name tenant, Name function, int number) throws InterruptedException {
        return ledger.pinned(tenant, function, number);
    }

    /** A version of which so many instances are to be there although nobody calls. */
    public record Wanted(Deployed version, int instances) {}

    public List<Wanted> wanted() {
        return Warming.of(ledger.all(), clock.instant());
    }

    /** Takes unpacked code away that was not used lately, until no more than so many bytes are there; of these nothing. */
    public void keepCode(long most, Stream<Deployed> live) {
        code.keepOnly(most, live.flatMap(CodeCache.Used::by));
    }

    /** An archive with one file, as code is deployed. */
    public byte[] archive(String file, byte[] content) {
        return Archive.of(file, content);
    }

    /** Adds a version to a layer, or makes the layer with its first. */
    public JsonNode addLayer(Principal by, Name id, String about, byte[] zip, boolean dry) throws InterruptedException {
        return layers.add(by, id, about, zip, dry, clock.instant());
    }

    /** The newest version of each of the tenant's layers. */
    public List<JsonNode> layers(Name tenant) throws InterruptedException {
        return layers.all(tenant);
    }

    /** The versions of a layer, the oldest first; empty if there is none. */
    public List<JsonNode> layerVersions(Name tenant, Name name) throws InterruptedException {
        return layers.versions(tenant, name);
    }

    /** The native modules that serve now, by their names. */
    public List<Module> modules() throws InterruptedException {
        return natives.all();
    }

    /** Who offers its runtime now; empty if the executor is out of use. */
    public Optional<RuntimeOffer> findOffer(Deployed deployed) {
        return runtimes.find(deployed.version().runtime());
    }

    public RuntimeOffer offer(Deployed deployed) {
        return runtimes.offered(deployed.version().runtime());
    }

    /** How far a version's code is kept apart from this machine; empty if it never leaves an interpreter. */
    public Optional<Isolation> isolation(Deployed deployed) throws InterruptedException {
        Optional<Slot<Executor>> executor = plugins.findExecutor(offer(deployed).slot());
        return executor.isEmpty() ? Optional.empty() : executor.get().use(Executor::isolation);
    }

    /** What is needed for what began on this version in this dialect to go on, in words; empty if it can. */
    public Optional<String> lacking(Deployed deployed, int dialect) throws InterruptedException {
        RuntimeOffer offer = offer(deployed);
        return offer.dialects().reads().contains(dialect) ? Optional.empty() : plugins.lacking(offer.slot(), dialect);
    }

    /** The replay semantics that what serves for a version writes now; empty if the version or its executor is gone. */
    public OptionalInt dialect(Name tenant, Name function, int number) throws InterruptedException {
        return pinned(tenant, function, number)
                .flatMap(each -> runtimes.find(each.version().runtime()))
                .map(offer -> OptionalInt.of(offer.dialects().writes()))
                .orElse(OptionalInt.empty());
    }

    /** What is done with a version that is not kept. */
    public interface Trial<T> {
        /** @param launch what an executor needs to start it, its code in a folder that is gone afterwards */
        T of(Deployed draft, Launch launch) throws InterruptedException;
    }

    /** Makes a version as {@link #addVersion} would, tries it, and keeps nothing of it. */
    public <T> T tried(Principal by, String function, JsonNode body, Optional<byte[]> archive, Trial<T> trial)
            throws InterruptedException {
        return edits.tried(by, require(by.tenant(), function), body, archive, trial);
    }

    /** What an executor needs to start this version; its code is on this machine when this returns. */
    public Launch launch(Deployed deployed) throws InterruptedException {
        return launches.of(
                deployed,
                offer(deployed),
                code.directory(deployed.id().tenant(), deployed.version().code()));
    }
}
