package dev.dovetail.kernel.http;

import dev.dovetail.kernel.cluster.Cluster;
import dev.dovetail.kernel.cluster.Node;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Which node carries an accepted execution that is open, for what can be done on that node only. */
record Whereabouts(Cluster cluster) {
    boolean isHere(String executionId) {
        return cluster.fence(cluster.shardOf(executionId)).isPresent();
    }

    /** @throws Refusal INVALID_STATE if another node carries it, or none now; its words say which, and where that is */
    void requireHere(String executionId) throws InterruptedException {
        if (isHere(executionId)) {
            return;
        }
        Optional<Node> carrier = cluster.carrier(executionId);
        String self = cluster.self().node();
        Refusal refusal = Refusal.of(
                ErrorType.INVALID_STATE,
                carrier.map(node ->
                                "The execution is carried by the node \"" + node.name() + "\" and not by this one, \""
                                        + self + "\"; ask there"
                                        + (node.address().isEmpty() ? "" : ": " + node.address()))
                        .orElse("No node carries the execution now, and not this one, \"" + self
                                + "\"; another takes it within seconds, if there is one that is not paused"));
        throw carrier.map(node -> refusal.with("node", node.name()).with("address", node.address()))
                .orElse(refusal);
    }

    /** @see Cluster#carrier */
    Optional<Node> carrier(String executionId) throws InterruptedException {
        return cluster.carrier(executionId);
    }

    void describe(ObjectNode json, Node node) {
        json.put("node", node.name())
                .put("address", node.address())
                .put("here", node.boot().equals(cluster.self().boot()));
    }
}
