package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the GTS id of a function of this system says: {@code gts.x.core.faas.func.v1~dovetail.fn._.<name>.v<M>[.<N>]~}.
 *
 * @param semver the major alone or with the minor
 */
record GtsName(String function, Optional<String> semver) {
    private static final Pattern FORM = Pattern.compile(
            "gts\\.x\\.core\\.faas\\.func\\.v1~dovetail\\.fn\\._\\.([a-z][a-z0-9_]*)\\.v(\\d+(?:\\.\\d+)?)~?");

    static GtsName of(String id) {
        Matcher matcher = FORM.matcher(id);
        if (!matcher.matches()) {
            throw Refusal.of(
                    ErrorType.NOT_FOUND,
                    "There is no callable \"" + id + "\"; functions of this system are named "
                            + "gts.x.core.faas.func.v1~dovetail.fn._.<name>.v<major>[.<minor>]~");
        }
        return new GtsName(matcher.group(1).replace('_', '-'), Optional.of(matcher.group(2)));
    }

    /** The id of a function's version; its minor is left out of the id that names the function. */
    static String id(String function, String semver) {
        return "gts.x.core.faas.func.v1~dovetail.fn._." + function.replace('-', '_') + ".v" + semver + "~";
    }
}
