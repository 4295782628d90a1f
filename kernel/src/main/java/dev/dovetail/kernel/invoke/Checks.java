package dev.dovetail.kernel.invoke;

import dev.dovetail.kernel.catalog.Deployed;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import java.util.List;

/** What a call must pass once its version is known, and before anything is counted or kept: the steps up to a dry run's end. */
final class Checks {
    /** How deep functions may call functions. */
    private static final int DEEPEST = 16;

    private Checks() {}

    /** @throws Refusal by the first step that the call does not pass */
    static void all(Request request, Deployed version) {
        checkSurface(request, version);
        checkInput(request, version);
        checkPolicy(request, version);
    }

    private static void checkSurface(Request request, Deployed version) {
        if (!request.internal() && !version.traits().entrypoint()) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    "\"" + version.id().function()
                            + "\" is internal (traits.entrypoint is false): only functions call it");
        }
        if (request.sync().orElse(version.traits().sync()) && !version.traits().sync()) {
            throw Refusal.of(
                    ErrorType.UNSUPPORTED,
                    "\"" + version.id().function() + "\" cannot be called synchronously (traits.invocation.supported)");
        }
    }

    private static void checkInput(Request request, Deployed version) {
        List<Problem> problems;
        try {
            problems = version.problemsOfInput(request.input());
        } catch (Schemas.Malformed e) {
            throw Refusal.of(ErrorType.PARSE, e.getMessage());
        }
        if (!problems.isEmpty()) {
            throw Refusal.of(
                    ErrorType.VALIDATION,
                    "The input does not fit the contract: "
                            + problems.getFirst().told(),
                    problems);
        }
    }

    private static void checkPolicy(Request request, Deployed version) {
        if (!request.principal().may(Permission.INVOKE)) {
            throw Refusal.of(
                    ErrorType.PERMISSION_DENIED,
                    request.principal().type() + " \"" + request.principal().id() + "\" may not invoke \""
                            + version.id().function() + "\"");
        }
        if (request.depth() > DEEPEST) {
            throw Refusal.of(ErrorType.TOO_DEEP, "Functions call functions more than " + DEEPEST + " deep");
        }
    }
}
