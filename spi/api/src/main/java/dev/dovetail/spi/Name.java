package dev.dovetail.spi;

import java.util.Optional;

/** A lower-case label: a letter, then up to 63 letters, digits or dashes. Tenants, functions, types and slots have one. */
public record Name(String text) implements Comparable<Name> {
    private static final int LONGEST = 64;

    public Name {
        if (!isName(text)) {
            throw new IllegalArgumentException("Not a name: \"" + shortened(text)
                    + "\"; expected a lower-case letter, then up to 63 lower-case letters, digits or dashes");
        }
    }

    public static Name of(String text) {
        return new Name(text);
    }

    /** The name that this text is, or nothing. */
    public static Optional<Name> find(String text) {
        return isName(text) ? Optional.of(new Name(text)) : Optional.empty();
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > LONGEST || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    @Override
    public int compareTo(Name other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
