package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.BaseType;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.GtsId;
import dev.dovetail.kernel.contract.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A function's GTS id, taken apart: {@code gts.x.core.faas.func.v1~dovetail.fn._.hello.v2.1~} is the stem up to {@code hello},
 * the major 2 and the minor 1.
 *
 * @param stem what all versions of a function have in common
 */
record GtsName(String stem, int major, Optional<Integer> minor) {
    private static final Pattern FORM = Pattern.compile("(.+~.+)\\.v(0|[1-9]\\d{0,8})(?:\\.(0|[1-9]\\d{0,8}))?~?");
    private static final GtsId FUNCTIONS = GtsId.of(BaseType.FUNCTION.id());
    private static final String OWN = BaseType.FUNCTION.id() + "dovetail.fn._.";

    /** Whether a callable is meant by its GTS id and not by its name. */
    static boolean isMeant(String callable) {
        return callable.startsWith("gts.");
    }

    static Optional<GtsName> find(String id) {
        Matcher matcher = FORM.matcher(id);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new GtsName(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Optional.ofNullable(matcher.group(3)).map(Integer::valueOf)));
    }

    /** @throws Refusal if a function cannot have this id */
    static GtsName given(String id) {
        return GtsId.find(id)
                .filter(gts -> gts.isType() && gts.isA(FUNCTIONS) && !gts.equals(FUNCTIONS))
                .flatMap(any -> find(id))
                .orElseThrow(() -> Refusal.field(
                        ErrorType.VALIDATION,
                        "/gtsId",
                        "expected a type id below " + BaseType.FUNCTION.id() + ", such as " + of("hello", "1") + ",",
                        "\"" + id + "\""));
    }

    /** The id that a function has if it is given none. */
    static String of(String function, String semver) {
        return OWN + function.replace('-', '_') + ".v" + semver + "~";
    }

    /** The id of the version with this major and minor. */
    String of(String semver) {
        return stem + ".v" + semver + "~";
    }

    /** The major and minor that the first version has. */
    String first() {
        return major + "." + minor.orElse(0);
    }
}
