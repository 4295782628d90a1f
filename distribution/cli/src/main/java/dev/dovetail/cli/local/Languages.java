package dev.dovetail.cli.local;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The runtimes that are installed, and which of them a file is for. */
public final class Languages {
    /** JavaScript has endings of its own for each kind of module. */
    private static final Set<String> JAVASCRIPT = Set.of(".mjs", ".cjs");

    private final List<Offer> offers;

    Languages(List<Offer> offers) {
        this.offers = List.copyOf(offers);
    }

    /** Those that the plugins in this folder offer. */
    public static Languages in(Path plugins) {
        return new Languages(Installed.in(plugins));
    }

    /** Nothing fits, or more than one thing does; the message says what there is. */
    public static final class NotChosen extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotChosen(String message) {
            super(message);
        }
    }

    /** Whether a source file of this name can be run. */
    public boolean knows(String file) {
        return !offersOf(suffix(file)).isEmpty();
    }

    /**
     * The runtime of this name, or the newest installed one of this language.
     *
     * @throws NotChosen if there is none, or it lacks something of this machine
     */
    public Offer named(String asked) {
        String name = asked.toLowerCase(Locale.ROOT);
        Optional<Offer> exact =
                offers.stream().filter(each -> each.runtime().equals(name)).reduce((older, newer) -> newer);
        if (exact.isPresent()) {
            return there(List.of(exact.get()));
        }
        List<Offer> language =
                offers.stream().filter(each -> each.language().equals(name)).toList();
        if (language.isEmpty()) {
            throw new NotChosen("No plugin offers the runtime \"" + asked + "\"; " + all());
        }
        return there(language);
    }

    /**
     * The newest installed runtime for a file of this name.
     *
     * @throws NotChosen if no language has such files, or several have
     */
    public Offer forFile(String file) {
        String suffix = suffix(file);
        List<Offer> fitting = offersOf(suffix);
        if (fitting.isEmpty()) {
            String endings = offers.stream()
                    .map(Offer::suffix)
                    .filter(each -> !each.isEmpty())
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            throw new NotChosen("The name \"" + file + "\" does not tell the language: expected one that ends with "
                    + (endings.isEmpty() ? "nothing known (no executor is installed)" : endings)
                    + ", or --runtime; " + all());
        }
        Set<String> languages = fitting.stream().map(Offer::language).collect(Collectors.toCollection(TreeSet::new));
        if (languages.size() > 1) {
            throw new NotChosen("Files that end with " + suffix + " may be " + String.join(" or ", languages)
                    + ": say which with --runtime");
        }
        return there(fitting);
    }

    private List<Offer> offersOf(String suffix) {
        String usual = JAVASCRIPT.contains(suffix) ? ".js" : suffix;
        return usual.isEmpty()
                ? List.of()
                : offers.stream().filter(each -> each.suffix().equals(usual)).toList();
    }

    /** The newest of these that is installed. */
    private static Offer there(List<Offer> fitting) {
        Comparator<Offer> order = (one, other) -> Newest.compare(one.runtime(), other.runtime());
        return fitting.stream()
                .filter(each -> each.missing().isEmpty())
                .max(order)
                .orElseThrow(() -> {
                    Offer newest = fitting.stream().max(order).orElseThrow();
                    return new NotChosen("This machine cannot run " + newest.runtime() + ": "
                            + newest.missing().orElseThrow());
                });
    }

    private String all() {
        String there = offers.stream()
                .filter(each -> each.missing().isEmpty())
                .map(Offer::runtime)
                .distinct()
                .sorted(Newest::compare)
                .collect(Collectors.joining(", "));
        return there.isEmpty() ? "none is installed" : "there are " + there;
    }

    /** From the last dot on; empty if there is none. */
    static String suffix(String file) {
        int dot = file.lastIndexOf('.');
        return dot < 0 ? "" : file.substring(dot);
    }
}
