package dev.dovetail.kernel.cluster;

import dev.dovetail.spi.store.Expectation;
import dev.dovetail.spi.store.Key;

/**
 * Whose a shard is, as the store has it.
 *
 * @param epoch 0 if it never had an owner
 * @param expected what is expected of the key by whoever changes it
 */
record Owner(int shard, Holder holder, long epoch, Expectation expected) {
    static Owner none(int shard) {
        return new Owner(shard, Holder.NOBODY, 0, Expectation.absent());
    }

    boolean isNobody() {
        return holder.equals(Holder.NOBODY);
    }

    Key key() {
        return Papers.owner(shard);
    }
}
