package dev.dovetail.kernel.cluster;

/** A process that shards can belong to: a node, and which run of it. */
record Holder(String node, String boot) {
    /** Whose the shards are that were given up. */
    static final Holder NOBODY = new Holder("", "");
}
