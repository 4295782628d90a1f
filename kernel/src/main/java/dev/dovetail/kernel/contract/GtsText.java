package dev.dovetail.kernel.contract;

import dev.dovetail.kernel.contract.GtsId.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads GTS ids and patterns, and says what is wrong with those that are none. */
final class GtsText {
    private static final Pattern UUID_TAIL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final List<String> PLACES = List.of("vendor", "package", "namespace", "type");
    private static final int TOKENS = PLACES.size();

    private final String whole;

    private GtsText(String whole) {
        this.whole = whole;
    }

    static GtsId id(String text) {
        return new GtsText(text).id();
    }

    static GtsPattern pattern(String text) {
        return new GtsText(text).pattern();
    }

    private GtsId id() {
        List<String> parts = parts();
        String last = parts.getLast();
        List<Segment> types = new ArrayList<>();
        for (String each : parts.subList(0, parts.size() - 1)) {
            types.add(segment(each));
        }
        if (types.isEmpty()) {
            throw refused("it names an instance of no type; expected a ~ after each type");
        }
        if (last.isEmpty()) {
            return new GtsId(types, Optional.empty(), Optional.empty());
        }
        return UUID_TAIL.matcher(last).matches()
                ? new GtsId(types, Optional.empty(), Optional.of(UUID.fromString(last)))
                : new GtsId(types, Optional.of(segment(last)), Optional.empty());
    }

    private GtsPattern pattern() {
        if (whole.indexOf('@') >= 0 || whole.indexOf('[') >= 0) {
            throw refused("a pattern has no query and no selector");
        }
        if (!whole.endsWith("*")) {
            return new GtsPattern.Exact(id());
        }
        if (whole.indexOf('*') != whole.length() - 1) {
            throw refused("only one * is possible, at the end");
        }
        List<String> parts = parts();
        List<Segment> complete = new ArrayList<>();
        for (String each : parts.subList(0, parts.size() - 1)) {
            complete.add(segment(each));
        }
        return new GtsPattern.Beginning(complete, beginning(parts.getLast()));
    }

    /** The tokens before the star, which stands where a token may begin or for a version's number. */
    private List<String> beginning(String part) {
        List<String> tokens = new ArrayList<>(Arrays.asList(part.split("\\.", -1)));
        String last = tokens.removeLast();
        boolean version = tokens.size() == TOKENS && last.equals("v*");
        if (!last.equals("*") && !version || tokens.size() > TOKENS + 1) {
            throw refused("the * stands within a token; expected it after a . or a ~ or as v*");
        }
        for (int i = 0; i < Math.min(TOKENS, tokens.size()); i++) {
            token(tokens.get(i), PLACES.get(i));
        }
        if (tokens.size() == TOKENS + 1) {
            version(tokens.getLast());
        }
        return tokens;
    }

    private List<String> parts() {
        if (whole.length() > GtsId.longest()) {
            throw refused("it is " + whole.length() + " characters long, more than " + GtsId.longest());
        }
        if (!whole.startsWith(GtsId.PREFIX)) {
            throw refused("expected it to begin with " + GtsId.PREFIX);
        }
        return Arrays.asList(whole.substring(GtsId.PREFIX.length()).split("~", -1));
    }

    private Segment segment(String text) {
        String[] tokens = text.split("\\.", -1);
        if (tokens.length < TOKENS + 1 || tokens.length > TOKENS + 2) {
            throw refused("\"" + text + "\" has " + tokens.length
                    + " tokens; expected vendor.package.namespace.type.v1 or ....v1.0");
        }
        for (int i = 0; i < TOKENS; i++) {
            token(tokens[i], PLACES.get(i));
        }
        OptionalLong minor = tokens.length == TOKENS + 1
                ? OptionalLong.empty()
                : OptionalLong.of(number(tokens[TOKENS + 1], "minor version"));
        return new Segment(tokens[0], tokens[1], tokens[2], tokens[3], version(tokens[TOKENS]), minor);
    }

    private long version(String text) {
        if (!text.startsWith("v")) {
            throw refused("\"" + text + "\" is no version; expected v and a number");
        }
        return number(text.substring(1), "major version");
    }

    private long number(String text, String what) {
        return GtsId.number(text)
                .orElseThrow(() ->
                        refused("\"" + text + "\" is no " + what + "; expected 0 or a number without a leading 0"));
    }

    private void token(String text, String place) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                throw refused("the " + place + " \"" + text
                        + "\" is no token; expected lower-case letters, digits and _, no digit first");
            }
        }
        if (text.isEmpty()) {
            throw refused("the " + place + " is missing");
        }
    }

    private IllegalArgumentException refused(String why) {
        String shown = whole.length() <= 160 ? whole : whole.substring(0, 160) + "...";
        return new IllegalArgumentException("Not a GTS id: \"" + shown + "\": " + why);
    }
}
