package dev.dovetail.kernel.fleet;

import dev.dovetail.spi.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was decided about a plugin for all nodes.
 *
 * @param revision one more with each decision
 * @param use whether anything of it is to be in use
 * @param active the version that is to serve, if one was decided on
 * @param versions those that every node is to have, with their digests
 * @param removed those that no node is to have
 * @param candidate the version that is to serve beside the active one
 */
record Agreement(
        long revision,
        boolean use,
        Optional<String> active,
        Map<String, Digest> versions,
        Set<String> removed,
        Optional<Candidate> candidate) {
    static final Agreement NONE = new Agreement(0, true, Optional.empty(), Map.of(), Set.of(), Optional.empty());

    /** A version on trial, and for whom. */
    record Candidate(String version, Share share) {}

    Agreement {
        versions = Map.copyOf(versions);
        removed = Set.copyOf(removed);
    }

    /** Every node is to have this version. */
    Agreement with(String version, Digest digest) {
        Map<String, Digest> more = new TreeMap<>(versions);
        more.put(version, digest);
        Set<String> fewer = new TreeSet<>(removed);
        fewer.remove(version);
        return new Agreement(revision + 1, true, active, more, fewer, candidate);
    }

    /** This version, which every node is to have, is to serve everywhere, and none beside it. */
    Agreement activated(String version, Digest digest) {
        Agreement there = with(version, digest);
        return new Agreement(
                there.revision, true, Optional.of(version), there.versions, there.removed, Optional.empty());
    }

    Agreement tried(Candidate next, Digest digest) {
        Agreement there = with(next.version(), digest);
        return new Agreement(there.revision, true, active, there.versions, there.removed, Optional.of(next));
    }

    Agreement untried() {
        return new Agreement(revision + 1, use, active, versions, removed, Optional.empty());
    }

    Agreement without(String version) {
        Map<String, Digest> fewer = new TreeMap<>(versions);
        fewer.remove(version);
        Set<String> more = new TreeSet<>(removed);
        more.add(version);
        return new Agreement(revision + 1, use, active, fewer, more, candidate);
    }

    /** Nothing of it is to be in use, until a version is put in use again. */
    Agreement ended() {
        return new Agreement(revision + 1, false, Optional.empty(), Map.of(), Set.of(), Optional.empty());
    }
}
