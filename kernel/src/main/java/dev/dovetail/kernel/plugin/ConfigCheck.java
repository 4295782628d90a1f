package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Config;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Checks what providers say, and what operators say to them. */
@FunctionalInterface
public interface ConfigCheck {
    /**
     * The configuration, complete.
     *
     * @param slot names it in messages
     * @param schema of the provider
     * @throws RuntimeException whose message says everything that is wrong
     */
    Config check(String slot, String schema, ObjectNode values);

    /** Why this is no contract of a function, if it is none; goes on from "the contract of the function". */
    default Optional<String> flawOfContract(String contract) {
        return Optional.empty();
    }

    /** Why this is no schema at all, if it is none; asked when something does not fit it. */
    default Optional<String> flaw(String schema) {
        return Optional.empty();
    }
}
