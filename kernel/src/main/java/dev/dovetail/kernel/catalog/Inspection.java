package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.plugin.Slot;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Executor;
import dev.dovetail.spi.executor.Problem;
import dev.dovetail.spi.executor.Problem.Severity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Has the executor look at a version's code before it is written anywhere. */
final class Inspection {
    private final Plugins plugins;
    private final Launches launches;
    private final CodeCache code;
    private final Doubts doubts;
    private final Policy policy;
    private final Drafts drafts;

    Inspection(Plugins plugins, Launches launches, CodeCache code, Doubts doubts, Policy policy, Drafts drafts) {
        this.doubts = doubts;
        this.policy = policy;
        this.plugins = plugins;
        this.launches = launches;
        this.code = code;
        this.drafts = drafts;
    }

    /**
     * @param archive the code, if it is not in the cache yet
     * @return warnings
     * @throws Refusal with every error, its place, the line, and what to do
     */
    List<Problem> check(Deployed deployed, RuntimeOffer offer, Optional<byte[]> archive) throws InterruptedException {
        return unpacked(deployed, archive, directory -> judge(deployed, offer, directory));
    }

    /** Lets a trial have a version whose code is kept nowhere. */
    <T> T tried(Deployed draft, RuntimeOffer offer, Optional<byte[]> archive, Catalog.Trial<T> trial)
            throws InterruptedException {
        return unpacked(draft, archive, directory -> trial.of(draft, launches.of(draft, offer, directory)));
    }

    /** What is done with code in a folder. */
    private interface InFolder<T> {
        T of(Path directory) throws InterruptedException;
    }

    private <T> T unpacked(Deployed deployed, Optional<byte[]> archive, InFolder<T> use) throws InterruptedException {
        if (archive.isEmpty()) {
            return use.of(code.directory(deployed.id().tenant(), deployed.id().code()));
        }
        try {
            Path draft = drafts.make();
            try {
                Archive.unpack(archive.get(), draft);
                return use.of(draft);
            } finally {
                drafts.drop(draft);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The code cannot be unpacked", e);
        }
    }

    /** What the executor says of a version that is there, errors among it, and what else is doubtful of it. */
    Findings found(Deployed deployed, RuntimeOffer offer) throws InterruptedException {
        return Findings.of(
                ask(
                        deployed,
                        offer,
                        code.directory(deployed.id().tenant(), deployed.id().code())),
                deployed.function().kind());
    }

    private List<Problem> ask(Deployed deployed, RuntimeOffer offer, Path directory) throws InterruptedException {
        Slot<Executor> slot = plugins.findExecutor(offer.slot())
                .orElseThrow(() -> Refusal.of(
                        ErrorType.UNAVAILABLE, "The executor \"" + offer.slot() + "\" is not there any more"));
        var launch = launches.of(deployed, offer, directory);
        List<Problem> all = new ArrayList<>(slot.use(executor -> List.copyOf(PluginFailure.unlessNull(
                executor.inspect(launch), "The inspect of the executor \"" + offer.slot() + "\""))));
        all.addAll(doubts.of(deployed.id().tenant(), deployed.traitsJson()));
        return all;
    }

    private List<Problem> judge(Deployed deployed, RuntimeOffer offer, Path directory) throws InterruptedException {
        if (deployed.traits().network().granted() && !policy.network()) {
            throw Refusal.field(
                    ErrorType.DEPLOY,
                    "/traits/network",
                    "this system gives functions no network of their own (isolation.network is false); ask through the"
                            + " host's http instead",
                    deployed.traits().network().hosts().toString());
        }
        int days =
                deployed.traitsJson().path("workflow").path("maxSuspensionDays").intValue(1);
        if (days > policy.days()) {
            throw Refusal.field(
                    ErrorType.DEPLOY,
                    "/traits/workflow/maxSuspensionDays",
                    "here no execution may take longer than " + policy.days() + " days (executions.max-days)",
                    "" + days);
        }
        List<Problem> found = ask(deployed, offer, directory);
        List<Problem> errors =
                found.stream().filter(each -> each.severity() == Severity.ERROR).toList();
        if (errors.isEmpty()) {
            return Findings.of(found, deployed.function().kind()).problems();
        }
        throw Refusal.of(
                ErrorType.DEPLOY,
                told(errors.getFirst()),
                errors.stream()
                        .map(each -> dev.dovetail.kernel.schema.Problem.inCode(
                                each.place().map(Place::toString).orElse(""),
                                each.message()
                                        + each.remedy()
                                                .map(remedy -> " (" + remedy + ")")
                                                .orElse(""),
                                each.code(),
                                each.snippet().orElse("")))
                        .toList());
    }

    private static String told(Problem error) {
        return error.place().map(place -> place + ": ").orElse("") + error.message();
    }
}
