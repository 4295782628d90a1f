package dev.dovetail.cli.local;

import dev.dovetail.spi.Place;
import dev.dovetail.spi.PluginException;
import dev.dovetail.spi.executor.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a plugin does not start code: code that fails while it is loaded says where before it says what. */
public final class Placed {
    private static final Pattern WORDS = Pattern.compile("([^:\\s]+):(\\d{1,9})(?::(\\d{1,9}))?: (.*)", Pattern.DOTALL);

    private Placed() {}

    static Problem problem(PluginException e) {
        return problem(e.kind().name(), e.getMessage());
    }

    /** The same of a message. */
    public static Problem problem(String code, String message) {
        Problem whole = Problem.error(code, message);
        Matcher words = WORDS.matcher(message);
        if (!words.matches()) {
            return whole;
        }
        int column = words.group(3) == null ? 0 : Integer.parseInt(words.group(3));
        Place place = new Place(words.group(1), Integer.parseInt(words.group(2)), column);
        return new Problem(
                whole.code(), whole.severity(), words.group(4), Optional.of(place), Optional.empty(), Optional.empty());
    }
}
