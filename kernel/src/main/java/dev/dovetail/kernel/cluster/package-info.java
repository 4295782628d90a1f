/**
 * Which nodes live and which shard is whose: fenced leases over the state store. Its door is
 * {@link dev.dovetail.kernel.cluster.Cluster}.
 */
package dev.dovetail.kernel.cluster;
