package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.store.Change;
import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;

/**
 * The right to write a shard, which lasts until somebody else takes the shard. What is committed together with
 * {@link #check} is committed by the shard's owner or not at all.
 *
 * @param epoch how many owners the shard has had, this one included; grows with each
 * @param key the document that names the owner
 * @param version the version that this document has while the right lasts
 */
public record Fence(int shard, long epoch, Key key, long version) {
    /** The part of a commit that proves that the shard is still owned. */
    public Change.Check check() {
        return new Change.Check(key, Expectation.version(version));
    }
}
