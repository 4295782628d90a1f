package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.JsonNodeFactory;

/** All slots there are, what the operator wants in them, and which plugin may fill them. Thread-safe. */
final class Slots {
    private record Place(Kind kind, Name name) {}

    /** What a provider is asked for by: a type of a kind. */
    record Type(Kind kind, Name name) {
        @Override
        public String toString() {
            return kind.word() + " type \"" + name + "\"";
        }
    }

    private final List<SlotSetting> settings;
    private final Map<Place, Slot<?>> slots = new ConcurrentHashMap<>();
    private final Map<Type, Name> claims = new HashMap<>();

    Slots(List<SlotSetting> settings) {
        this.settings = settings;
        for (SlotSetting each : settings) {
            open(each.kind(), nameOf(each), unprovided(each), true);
        }
        open(Kind.STATE, Name.of(Kind.STATE.word()), "no state store is configured", false);
        open(Kind.BLOBS, Name.of(Kind.BLOBS.word()), "no blob store is configured", false);
    }

    private void open(Kind kind, Name name, String emptyBecause, boolean wanted) {
        slots.computeIfAbsent(
                new Place(kind, name), place -> new Slot<>(kind, name, new Arms.None<>(emptyBecause, wanted)));
    }

    private static String unprovided(SlotSetting setting) {
        return "no plugin provides the type \"" + setting.type() + "\""
                + setting.version().map(version -> " in version " + version).orElse("") + " yet";
    }

    /** What is configured and was asked of no plugin, not even of one that was refused. */
    List<SlotSetting> unprovided() {
        return settings.stream()
                .filter(each -> slots.get(new Place(each.kind(), nameOf(each))).arms()
                                instanceof Arms.None<?>(String why, boolean _)
                        && why.equals(unprovided(each)))
                .toList();
    }

    private static Name nameOf(SlotSetting setting) {
        return setting.kind().single() ? Name.of(setting.kind().word()) : setting.slot();
    }

    /** What a contribution goes into while its plugin's version is the active one. */
    List<SlotSetting> forActive(Contribution<?> contribution) {
        List<SlotSetting> wanted = new ArrayList<>(settings.stream()
                .filter(each -> isFor(contribution, each) && each.version().isEmpty())
                .toList());
        boolean nameTaken = settings.stream()
                .anyMatch(each ->
                        each.kind() == contribution.kind() && each.slot().equals(contribution.type()));
        if (!contribution.kind().single() && !nameTaken) {
            wanted.add(new SlotSetting(
                    contribution.kind(),
                    contribution.type(),
                    contribution.type(),
                    Optional.empty(),
                    JsonNodeFactory.instance.objectNode()));
        }
        return wanted;
    }

    /** Whether nobody configured this slot: it is there because a provider of its name is. */
    boolean implied(SlotSetting place) {
        return !settings.contains(place);
    }

    /** Nothing has to serve in the slots of these types, as far as nobody configured them. */
    void unwant(Set<Type> types) {
        for (Type type : types) {
            boolean configured = settings.stream()
                    .anyMatch(each -> each.kind() == type.kind() && each.slot().equals(type.name()));
            Slot<?> slot = slots.get(new Place(type.kind(), type.name()));
            if (!configured && slot != null) {
                slot.unwant();
            }
        }
    }

    /** What a contribution goes into though another version may be the active one. */
    List<SlotSetting> forVersion(Contribution<?> contribution, String version) {
        return settings.stream()
                .filter(each -> isFor(contribution, each) && each.version().equals(Optional.of(version)))
                .toList();
    }

    /** The versions that slots of this type are held to. */
    List<String> versionsHeld(Type type) {
        return settings.stream()
                .filter(each -> each.kind() == type.kind() && each.type().equals(type.name()))
                .flatMap(each -> each.version().stream())
                .distinct()
                .toList();
    }

    private static boolean isFor(Contribution<?> contribution, SlotSetting setting) {
        return setting.kind() == contribution.kind() && setting.type().equals(contribution.type());
    }

    /** The slot that a setting is about, made if need be. */
    <T extends AutoCloseable> Slot<T> slot(SlotSetting setting) {
        Name name = nameOf(setting);
        open(setting.kind(), name, unprovided(setting), true);
        return typed(slots.get(new Place(setting.kind(), name)));
    }

    <T extends AutoCloseable> Optional<Slot<T>> find(Kind kind, Name name) {
        return Optional.ofNullable(slots.get(new Place(kind, name))).map(Slots::typed);
    }

    /** The slots in which nothing serves, and why not. */
    Map<String, String> empty() {
        Map<String, String> empty = new TreeMap<>();
        for (Slot<?> each : slots.values()) {
            if (each.arms() instanceof Arms.None<?>(String why, boolean wanted) && wanted) {
                empty.put(each.told(), why);
            }
        }
        return empty;
    }

    List<Name> names(Kind kind) {
        return slots.keySet().stream()
                .filter(place -> place.kind() == kind)
                .map(Place::name)
                .sorted()
                .toList();
    }

    @SuppressWarnings("unchecked") // a slot's kind says what is in it, and only providers of that kind fill it
    private static <T extends AutoCloseable> Slot<T> typed(Slot<?> slot) {
        return (Slot<T>) slot;
    }

    /** @throws Refusal if another plugin provides one of these types */
    synchronized void claim(Name id, Set<Type> types) {
        for (Type type : types) {
            Name owner = claims.getOrDefault(type, id);
            if (!owner.equals(id)) {
                throw Refusal.taken(
                        type,
                        "The " + type + " is provided by " + owner + " already; two plugins cannot provide one type");
            }
        }
        types.forEach(type -> claims.put(type, id));
    }

    /** The plugin that has this type. */
    synchronized Optional<Name> owner(Type type) {
        return Optional.ofNullable(claims.get(type));
    }

    /** Gives up what the plugin claimed, but for what these provide. */
    synchronized void keepClaimsOf(Name id, List<Tenure> serving) {
        Set<Type> kept = new HashSet<>();
        serving.forEach(each -> kept.addAll(each.types()));
        claims.entrySet().removeIf(claim -> claim.getValue().equals(id) && !kept.contains(claim.getKey()));
    }
}
