/**
 * State in PostgreSQL, shared by several nodes.
 *
 * <p>The way of a commit: one of the {@code Writer}s gathers those that wait into a group, locks the keys of all of them in
 * order, judges each against what is there, writes what the survivors write at once, and answers after the server's
 * commit. Whatever fails in between is tried again: the ids of the commits are in the same transaction.
 */
package dev.dovetail.storage.postgres;
