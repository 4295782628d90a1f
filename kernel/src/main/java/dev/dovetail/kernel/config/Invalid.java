package dev.dovetail.kernel.config;

import java.util.List;

/** A configuration that cannot be used, with everything that is wrong with it in words for an operator. */
public final class Invalid extends RuntimeException {
    private static final long serialVersionUID = 1;

    Invalid(String what, List<String> problems) {
        super(what + ":\n  - " + String.join("\n  - ", problems));
    }
}
