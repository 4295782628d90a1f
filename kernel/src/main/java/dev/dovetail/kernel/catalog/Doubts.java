package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What may be deployed, and will not do what its author is likely to think. */
final class Doubts {
    private final Resolver resolver;

    Doubts(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Warnings of a version's traits. */
    List<Problem> of(Name tenant, JsonNode traits) {
        List<Problem> all = new ArrayList<>();
        JsonNode handlers = traits.path("workflow").path("compensation");
        for (String when : List.of("onFailure", "onCancel")) {
            handlers.path(when)
                    .stringValueOpt()
                    .flatMap(handler -> missing(tenant, handler))
                    .ifPresent(why -> all.add(warning(
                            "HANDLER_MISSING",
                            "/traits/workflow/compensation/" + when + ": " + why,
                            "deploy it before an execution ends so: otherwise that one ends as dead-lettered")));
        }
        if (traits.path("caching").path("maxAgeSeconds").intValue(0) > 0
                && !traits.path("idempotent").booleanValue(false)) {
            all.add(warning(
                    "CACHING_WITHOUT_IDEMPOTENT",
                    "/traits/caching has no effect on a function that is not idempotent",
                    "set traits.idempotent to true if the same input has the same answer"));
        }
        return all;
    }

    private Optional<String> missing(Name tenant, String callable) {
        try {
            resolver.resolve(tenant, callable, Wish.NONE);
            return Optional.empty();
        } catch (Refusal e) {
            return Optional.of(e.detail());
        }
    }

    private static Problem warning(String code, String message, String remedy) {
        return new Problem(
                code, Problem.Severity.WARNING, message, Optional.empty(), Optional.empty(), Optional.of(remedy));
    }
}
