package dev.dovetail.kernel.identity;

import java.util.Optional;

/**
 * What principals may do now. An execution holds a delegation, which says who it is for; what they may is asked again before each
 * effect. Thread-safe; must not block.
 */
public interface Rights {
    /** Whenever anybody's rights have changed this is another number; asked often. */
    long version();

    /** This principal with the rights of now; empty if they were revoked. */
    Optional<Principal> now(Principal delegated);

    /** For where nobody's rights ever change. */
    static Rights asGiven() {
        return new Rights() {
            @Override
            public long version() {
                return 0;
            }

            @Override
            public Optional<Principal> now(Principal delegated) {
                return Optional.of(delegated);
            }
        };
    }
}
