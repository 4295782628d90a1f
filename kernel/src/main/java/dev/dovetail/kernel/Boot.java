package dev.dovetail.kernel;

import java.util.UUID;

/** Names this run of this process, among all runs of all nodes. */
record Boot(String id) {
    static Boot now() {
        return new Boot(UUID.randomUUID().toString().substring(0, 8)
                + Long.toHexString(ProcessHandle.current().pid()));
    }
}
