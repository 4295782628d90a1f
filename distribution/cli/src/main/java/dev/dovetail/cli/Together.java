package dev.dovetail.cli;

import java.util.ArrayList;
import java.util.List;

/** Says which of a command's options go together. */
final class Together {
    private final List<String> given = new ArrayList<>();
    private final List<String> all = new ArrayList<>();

    private Together() {}

    static Together of(String option, boolean there) {
        return new Together().or(option, there);
    }

    Together or(String option, boolean there) {
        all.add(option);
        if (there) {
            given.add(option);
        }
        return this;
    }

    /** @throws Main.Unusable if there is more than one of these */
    Together onlyOne() {
        if (given.size() > 1) {
            throw new Main.Unusable("Only one of " + listed(all) + " is possible at once");
        }
        return this;
    }

    /** @throws Main.Unusable if this is there and none of these is */
    Together neededBy(String option, boolean there) {
        if (there && given.isEmpty()) {
            throw new Main.Unusable(option + " has a meaning only with " + String.join(" or ", all));
        }
        return this;
    }

    private static String listed(List<String> options) {
        return String.join(", ", options.subList(0, options.size() - 1)) + " and " + options.getLast();
    }
}
