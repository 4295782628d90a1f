package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The one way from a name and a wish to a version: exact version, alias, timestamp, newest active. */
final class Resolver {
    private final Ledger ledger;

    Resolver(Ledger ledger) {
        this.ledger = ledger;
    }

    /** @throws Refusal if there is none, or it may not be called */
    Deployed resolve(Name tenant, String callable, Wish wish) {
        if (!GtsName.isMeant(callable)) {
            Entry entry = Name.find(callable)
                    .flatMap(valid -> ledger.find(tenant, valid))
                    .filter(found -> !found.deleted())
                    .orElseThrow(() -> noFunction(callable));
            return callable(entry, choose(entry, wish));
        }
        GtsName gts = GtsName.find(callable).orElseThrow(() -> noCallable(callable));
        Entry entry = ledger.findByStem(tenant, gts.stem())
                .filter(found -> !found.deleted())
                .orElseThrow(() -> noCallable(callable));
        if (gts.minor().isPresent()) {
            return callable(
                    entry, ofEdition(entry, gts.major() + "." + gts.minor().get()));
        }
        return callable(entry, wish.isOpen() ? ofMajor(entry, gts.major()) : choose(entry, wish));
    }

    private static Refusal noCallable(String id) {
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "There is no function with the GTS id \"" + id + "\"; functions that were given none are named "
                        + GtsName.of("<name>", "<major>[.<minor>]"));
    }

    private static Deployed callable(Entry entry, Deployed chosen) {
        Version.State state = chosen.version().state();
        if (!state.callable()) {
            throw Refusal.of(
                    ErrorType.NOT_ACTIVE,
                    "Version " + chosen.version().text() + " of \""
                            + entry.function().name() + "\" is " + state.word()
                            + "; only active and deprecated versions can be called");
        }
        return chosen;
    }

    private static Deployed choose(Entry entry, Wish wish) {
        Optional<String> asked = wish.version().or(wish::alias);
        if (asked.isEmpty() || asked.get().equals("$LATEST")) {
            return entry.active()
                    .orElseThrow(() -> Refusal.of(
                            ErrorType.NOT_ACTIVE,
                            "The function \"" + entry.function().name() + "\" has no active version"));
        }
        String text = asked.get();
        if (wish.version().isPresent()) {
            Optional<Integer> number = Aliases.number(text);
            if (number.isPresent()) {
                return entry.find(number.get()).orElseThrow(() -> noVersion(entry, text));
            }
        }
        Alias alias = entry.aliases().get(text);
        if (alias != null) {
            int number = alias.versionAt(point(entry, alias, wish.key()));
            return entry.find(number).orElseThrow(() -> noVersion(entry, "v" + number));
        }
        return at(entry, text).orElseThrow(() -> noVersion(entry, text));
    }

    /** Where on the weights of an alias a caller stands, from 0 to 99: the same key is the same place. */
    static int point(Entry entry, Alias alias, Optional<String> key) {
        if (alias.weights().size() == 1) {
            return 0;
        }
        return key.map(text -> {
                    byte[] bytes = (entry.function().tenant() + "/"
                                    + entry.function().name() + "/" + alias.name() + "/" + text)
                            .getBytes(StandardCharsets.UTF_8);
                    return (int) (Long.parseLong(Digest.of(bytes).hex(), 0, 8, 16) % 100);
                })
                .orElseGet(() -> ThreadLocalRandom.current().nextInt(100));
    }

    /** The newest version that was published at or before a moment. */
    private static Optional<Deployed> at(Entry entry, String text) {
        try {
            Instant moment = Instant.parse(text);
            return entry.versions().stream()
                    .filter(each -> each.version()
                            .publishedAt()
                            .filter(at -> !at.isAfter(moment))
                            .isPresent())
                    .max(Comparator.comparing((Deployed each) ->
                                    each.version().publishedAt().orElseThrow())
                            .thenComparing(each -> each.version().number()));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Deployed ofEdition(Entry entry, String semver) {
        return entry.versions().reversed().stream()
                .filter(each -> each.version().semver().equals(semver))
                .filter(each -> each.version().state() != Version.State.DRAFT)
                .min(Comparator.comparing(each -> !each.version().state().callable()))
                .orElseThrow(() -> noVersion(entry, semver));
    }

    /** The newest active version of this major; a deprecated one only if there is no other. */
    private static Deployed ofMajor(Entry entry, int major) {
        return entry.versions().reversed().stream()
                .filter(each -> each.version().semver().startsWith(major + "."))
                .filter(each -> each.version().state() != Version.State.DRAFT)
                .min(Comparator.comparing(each -> each.version().state()))
                .orElseThrow(() -> noVersion(entry, "" + major));
    }

    static Refusal noFunction(String name) {
        return Refusal.of(ErrorType.NOT_FOUND, "There is no function \"" + name + "\"");
    }

    static Refusal noVersion(Entry entry, String asked) {
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "The function \"" + entry.function().name() + "\" has no version or alias \"" + asked + "\"; it has "
                        + known(entry));
    }

    /** Where a version itself is meant, and not what leads to one. */
    static Refusal noNumber(Entry entry, String asked) {
        StringBuilder there = versions(entry);
        return Refusal.of(
                ErrorType.NOT_FOUND,
                "The function \"" + entry.function().name() + "\" has no version \"" + asked + "\"; it has "
                        + (there.isEmpty() ? "none" : there));
    }

    private static StringBuilder versions(Entry entry) {
        StringBuilder told = new StringBuilder();
        entry.versions().reversed().stream()
                .limit(10)
                .forEach(each -> told.append(told.isEmpty() ? "" : ", ")
                        .append(each.version().text()));
        return told;
    }

    private static String known(Entry entry) {
        StringBuilder told = versions(entry);
        entry.aliases().keySet().stream()
                .sorted()
                .limit(20)
                .forEach(alias -> told.append(told.isEmpty() ? "" : ", ").append(alias));
        return told.isEmpty() ? "none" : told.toString();
    }
}
