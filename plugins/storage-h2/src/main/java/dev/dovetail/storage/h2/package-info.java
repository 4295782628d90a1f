/**
 * State in one H2 file behind a write-ahead log.
 *
 * <p>The way of a commit: {@code Writer} gathers those that wait into a group, {@code Group} judges each against what is
 * there, {@code WriteAheadLog} makes them durable with one fsync, {@code Overlay} shows them to readers, and they are
 * answered. {@code Applier} carries them into {@code Base}, the H2 file, later. Readers look into the overlay first.
 */
package dev.dovetail.storage.h2;
