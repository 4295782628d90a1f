package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.durable.Shown;
import dev.dovetail.kernel.record.Records;
import dev.dovetail.kernel.run.Runs;
import dev.dovetail.kernel.run.Work;
import java.util.Optional;

/** Executions that a request names and whose code can be looked into here. */
record OpenHere(AcceptedViews accepted, Records records, Runs runs, Catalog catalog) {
    Optional<Work> running(Exchange x) {
        return runs.find(x.parameter("id"))
                .filter(work ->
                        work.version().id().tenant().equals(x.principal().tenant()));
    }

    Refusal nothing(Exchange x) {
        return Refusal.of(ErrorType.NOT_FOUND, "There is no execution \"" + x.parameter("id") + "\"");
    }

    /** What is not over, and carried by this node: code is held where it runs. */
    void require(Exchange x) throws InterruptedException {
        Optional<Shown> shown = accepted.find(x);
        if (shown.isPresent() ? shown.get().status().ended() : running(x).isEmpty()) {
            if (shown.isEmpty()) {
                records.find(x.principal().tenant(), x.parameter("id")).orElseThrow(() -> nothing(x));
            }
            throw Refusal.of(ErrorType.INVALID_STATE, "The execution has ended");
        }
        if (shown.isPresent()) {
            accepted.whereabouts().requireHere(x.parameter("id"));
        }
    }

    /** The one that its code is of. */
    Optional<Deployed> version(Exchange x) throws InterruptedException {
        Optional<Shown> shown = accepted.find(x);
        return shown.isPresent() ? pinned(shown.get()) : running(x).map(Work::version);
    }

    Optional<Deployed> pinned(Shown shown) throws InterruptedException {
        return catalog.pinned(
                shown.order().tenant(), shown.order().function(), shown.order().version());
    }
}
