package dev.dovetail.kernel.plugin;

import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was decided about one plugin, the trial of its newest version, why versions were
 * refused, and when a failed start is tried again.
 */
final class Decisions {
    private static final System.Logger LOG = System.getLogger("dev.dovetail.kernel.plugin");
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Premises premises;
    private final Name id;
    private final Map<String, String> reasons = new ConcurrentHashMap<>();
    private final Map<String, Ground> settled = new ConcurrentHashMap<>();
    private volatile Duration pause = FIRST_PAUSE;
    private volatile Instant retryAt = Instant.MIN;
    private volatile Instant trialEnds = Instant.MAX;

    /**
     * What a refusal rests on that will not pass by itself; its slots' configuration and the SPI stay as long as the kernel runs.
     *
     * @param serving the version that serves, if one does
     * @param type that another plugin has, if that was why
     * @param owner which one
     */
    private record Ground(Digest jar, Optional<Digest> serving, Optional<Slots.Type> type, Optional<Name> owner) {}

    Decisions(Premises premises, Name id) {
        this.premises = premises;
        this.id = id;
    }

    /** Whether nobody has decided anything about this plugin yet. */
    boolean none() {
        return premises.desired().find(id).isEmpty();
    }

    Wish wish() {
        return premises.desired().find(id).orElse(Wish.NONE);
    }

    private void write(Wish wish) {
        premises.desired().put(id, wish);
    }

    /** The kernel started: if it had not been stopped in good order, what was on trial is suspect. */
    void started() {
        Wish before = wish();
        Wish now = before.crashed();
        write(now);
        if (!now.active().equals(before.active())) {
            LOG.log(System.Logger.Level.ERROR, id + " is gone back from: " + now.refused());
        }
    }

    /** Written before the version is opened, which may be the last thing that this process does. */
    void trying(String version) {
        write(wish().trying(version));
    }

    /** What was tried did not come to serve; where nothing served before, it stays wanted and is tried again. */
    void failed(Wish before) {
        write(before.active().isPresent() ? before : wish().trusted());
    }

    void serves(Tenure next) {
        LOG.log(System.Logger.Level.INFO, next.manifest() + " serves as generation " + next.number());
        reasons.remove(next.jar().version());
        settled.remove(next.jar().version());
        pause = FIRST_PAUSE;
        trialEnds = now().plus(premises.times().trial());
        if (wish().trying().isPresent() && wish().previous().isEmpty()) {
            write(wish().trusted()); // there is nothing to go back to
        }
    }

    void stopped() {
        if (wish().trying().isPresent()) {
            write(wish().trusted());
        }
    }

    void removed() {
        write(wish().removed());
    }

    boolean trialIsOver() {
        return now().isAfter(trialEnds);
    }

    void trust() {
        trialEnds = Instant.MAX;
        write(wish().trusted());
    }

    void retryLater() {
        retryAt = now().plus(pause);
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    boolean retryIsDue() {
        return wish().active().isPresent() && now().isAfter(retryAt);
    }

    private Ground ground(Shelf.Jar jar, Optional<Tenure> active, Optional<Slots.Type> taken) {
        return new Ground(
                jar.digest(),
                active.map(each -> each.jar().digest()),
                taken,
                taken.flatMap(type -> premises.slots().owner(type)));
    }

    /** Why it was refused, if nothing that this rests on has changed since: then it is not loaded again unless it is asked for. */
    Optional<String> settled(Shelf.Jar jar, Optional<Tenure> active) {
        return Optional.ofNullable(settled.get(jar.version()))
                .filter(ground -> ground.equals(ground(jar, active, ground.type())))
                .flatMap(_ -> reason(jar.version()));
    }

    /** The last attempt at this version ended like that. */
    void refused(Shelf.Jar jar, Refusal refusal, Optional<Tenure> active) {
        if (refusal.passing()) {
            settled.remove(jar.version());
        } else {
            settled.put(jar.version(), ground(jar, active, refusal.taken()));
        }
        refused(jar, refusal.getMessage());
    }

    /** It could not even be tried: if an attempt at it failed before, that is why it does not serve. */
    void notTried(Shelf.Jar jar, String reason) {
        retryLater();
        if (!reasons.containsKey(jar.version())) {
            refused(jar, reason);
        }
    }

    /** The version does not serve any more, or not yet, because of this. */
    void refused(Shelf.Jar jar, String reason) {
        if (!reason.equals(reasons.put(jar.version(), reason))) {
            LOG.log(System.Logger.Level.WARNING, jar.manifest() + " is refused: " + reason);
        }
    }

    void missing(String version) {
        reasons.put(version, "it should be in use, and its jar is not installed any more");
    }

    /** Whether no attempt at it has failed. */
    boolean mayTry(Shelf.Jar jar) {
        return !reasons.containsKey(jar.version());
    }

    /** Why a version is not used, if it was refused. */
    Optional<String> reason(String version) {
        return Optional.ofNullable(reasons.get(version))
                .or(() -> Optional.ofNullable(wish().refused().get(version)));
    }

    private Instant now() {
        return premises.settings().clock().instant();
    }
}
