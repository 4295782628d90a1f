package dev.dovetail.kernel.identity;

import java.util.Optional;

/** Under whose right something goes on that was begun before, with the rights of now. Asks only when something has changed. */
public interface Delegation {
    /** Empty if it was revoked. */
    Optional<Principal> now();

    static Delegation of(Rights rights, Principal delegated) {
        return new Delegation() {
            private long version = rights.version();
            private Optional<Principal> known = rights.now(delegated);

            @Override
            public synchronized Optional<Principal> now() {
                long latest = rights.version(); // before what it stands for: a change meanwhile is seen the next time
                if (latest != version) {
                    known = rights.now(delegated);
                    version = latest;
                }
                return known;
            }
        };
    }
}
