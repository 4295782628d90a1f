package dev.dovetail.kernel.fleet;

import dev.dovetail.kernel.fleet.Agreements.Done;
import dev.dovetail.kernel.plugin.Activation;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.plugin.PluginView;
import dev.dovetail.kernel.plugin.Plugins;
import dev.dovetail.kernel.plugin.VersionState;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Brings this node's plugins to what was agreed on. For one plugin called by one thread at a time. */
final class Follower {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Plugins plugins;
    private final Jars jars;
    private final Agreements agreements;
    private final String node;
    private final InstantSource clock;
    private final Map<Name, Done> done = new ConcurrentHashMap<>();
    /** Those of which this process has a candidate. */
    private final Set<Name> tried = ConcurrentHashMap.newKeySet();

    private volatile Instant retryAt = Instant.MAX;

    Follower(Plugins plugins, Jars jars, Agreements agreements, String node, InstantSource clock) {
        this.plugins = plugins;
        this.jars = jars;
        this.agreements = agreements;
        this.node = node;
        this.clock = clock;
    }

    /** What an earlier process of this node did. */
    void remember(Map<Name, Done> before) {
        done.putAll(before);
    }

    /** Forgets that it was done if something else serves, unless this node gave up what was agreed on. */
    void doubt(Name id, Agreement agreement) {
        boolean gaveUp = agreement.active().stream()
                .flatMap(version -> Jars.here(plugins, id, version).stream())
                .anyMatch(each -> each.state() == VersionState.REFUSED);
        boolean differs =
                !serving(id).equals(agreement.active()) && (agreement.active().isPresent() || !agreement.use());
        if (differs && !gaveUp || agreement.candidate().isPresent()) {
            done.remove(id);
        }
    }

    private Optional<String> serving(Name id) {
        return plugins.find(id).flatMap(PluginView::active);
    }

    /** Whether what could not be done is to be tried again; asked once for each time. */
    boolean retryIsDue() {
        boolean due = clock.instant().isAfter(retryAt);
        if (due) {
            retryAt = Instant.MAX;
        }
        return due;
    }

    /** Was decided, and done, on this node; what others decided just before, and was not done here, is in it too and is done now. */
    void done(Name id, Agreement agreement) throws InterruptedException {
        Done before = done.getOrDefault(id, Done.NOTHING);
        if (before.revision() != agreement.revision() - 1 || before.reason().isPresent()) {
            bring(id, agreement, true);
            return;
        }
        agreement.candidate().ifPresentOrElse(candidate -> tried.add(id), () -> tried.remove(id));
        note(id, agreement, Optional.empty());
    }

    /** Does what was agreed on, if it was not done before; what cannot be done is told, and tried again after a while. */
    void bring(Name id, Agreement agreement, boolean again) throws InterruptedException {
        Done before = done.getOrDefault(id, Done.NOTHING);
        if (before.revision() == agreement.revision() && (before.reason().isEmpty() || !again)) {
            return;
        }
        Optional<String> trouble;
        try {
            trouble = brought(id, agreement, before.revision() == agreement.revision());
        } catch (PluginFailure | IOException e) {
            trouble = Optional.of(String.valueOf(e.getMessage()));
        }
        if (trouble.isPresent()) {
            LOG.log(Level.WARNING, "What was agreed on about {0} is not done on this node: {1}", id, trouble.get());
            retryAt = clock.instant().plus(PAUSE);
        }
        note(id, agreement, trouble);
    }

    private void note(Name id, Agreement agreement, Optional<String> trouble) throws InterruptedException {
        Done now = new Done(agreement.revision(), serving(id), trouble);
        if (!now.equals(done.get(id))) {
            agreements.put(id, node, now);
            done.put(id, now); // after it is told: what could not be is told the next time
        }
    }

    /**
     * Answers why it could not be done, if it could not.
     *
     * @param again whether this was tried before: what cannot help then is not
     */
    private Optional<String> brought(Name id, Agreement agreement, boolean again)
            throws IOException, InterruptedException {
        if (!agreement.use()) {
            tried.remove(id);
            if (plugins.find(id).isPresent()) {
                plugins.remove(id);
            }
            return Optional.empty();
        }
        Map<String, String> missing = new TreeMap<>();
        for (Map.Entry<String, Digest> each : agreement.versions().entrySet()) {
            jars.fetch(id, each.getKey(), each.getValue()).ifPresent(why -> missing.put(each.getKey(), why));
        }
        for (String version : agreement.removed()) {
            if (Jars.here(plugins, id, version).isPresent()) {
                plugins.remove(id, version); // refused where it serves: it goes with the next decision
            }
        }
        Optional<String> refused = activated(id, agreement, missing, again);
        if (refused.isEmpty()) {
            refused = besides(id, agreement, missing, again);
        }
        return refused.or(() -> missing.values().stream().findFirst());
    }

    /** @param missing why this node has not the build of a version that was agreed on: no other serves in its place */
    private Optional<String> activated(Name id, Agreement agreement, Map<String, String> missing, boolean again)
            throws InterruptedException {
        if (agreement.active().isEmpty()) {
            return Optional.empty();
        }
        String wanted = agreement.active().get();
        if (missing.containsKey(wanted)) {
            return Optional.of(missing.get(wanted));
        }
        if (serving(id).equals(agreement.active())) {
            return Optional.empty();
        }
        Optional<String> settled = again ? settled(id, wanted) : Optional.empty();
        return settled.isPresent() ? settled : reason(plugins.activate(id, wanted, false));
    }

    /** Another version beside the active one, or none any more. */
    private Optional<String> besides(Name id, Agreement agreement, Map<String, String> missing, boolean again)
            throws InterruptedException {
        if (agreement.candidate().isEmpty()) {
            if (tried.remove(id)) {
                plugins.endCanary(id);
            }
            return Optional.empty();
        }
        Agreement.Candidate candidate = agreement.candidate().get();
        if (missing.containsKey(candidate.version())) {
            return Optional.of(missing.get(candidate.version()));
        }
        Optional<String> settled = again ? settled(id, candidate.version()) : Optional.empty();
        if (settled.isPresent()) {
            return settled;
        }
        Optional<String> refused = reason(plugins.canary(id, candidate.version(), candidate.share()::takes));
        if (refused.isEmpty()) {
            tried.add(id);
        }
        return refused;
    }

    /** Why it was refused, if that will not have passed. */
    private Optional<String> settled(Name id, String version) {
        return Jars.here(plugins, id, version)
                .filter(PluginView.VersionView::settled)
                .flatMap(PluginView.VersionView::reason);
    }

    private static Optional<String> reason(Activation activation) {
        return switch (activation) {
            case Activation.Serving _ -> Optional.empty();
            case Activation.Refused refused -> Optional.of(refused.reason());
            case Activation.Unknown unknown -> Optional.of(unknown.reason());
        };
    }
}
