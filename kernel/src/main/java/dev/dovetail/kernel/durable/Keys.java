package dev.dovetail.kernel.durable;

import dev.dovetail.kernel.record.Ids;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.store.Key;
import dev.dovetail.spi.store.Range;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Where what belongs to executions lies in the store. */
final class Keys {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withZone(ZoneOffset.UTC);

    private Keys() {}

    static Key order(Name tenant, String id) {
        return Key.state("t/" + tenant + "/o/" + id);
    }

    static Range orders(Name tenant) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/o/");
    }

    static Key standing(Name tenant, String id) {
        return Key.state("t/" + tenant + "/s/" + id);
    }

    static Key segment(Name tenant, String id, int number) {
        return Key.state("t/" + tenant + "/j/" + id + "/" + Ids.padded(number, 6));
    }

    static Range segments(Name tenant, String id) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/j/" + id + "/");
    }

    static Key message(Name tenant, String id, String message) {
        return Key.state("t/" + tenant + "/i/" + id + "/" + message);
    }

    static Range inbox(Name tenant, String id) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/i/" + id + "/");
    }

    /** The pieces of a streamed input among them. */
    static Range inputs(Name tenant, String id) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/i/" + id + "/input-");
    }

    /** Says to the owner of the shard that there is something in the inbox. */
    static Key bell(int shard, String id) {
        return Key.state("c/in/" + Ids.padded(shard, 2) + "/" + id);
    }

    static Range bells(int shard) {
        return Range.prefix(Key.Space.STATE, "c/in/" + Ids.padded(shard, 2) + "/");
    }

    static Range bells() {
        return Range.prefix(Key.Space.STATE, "c/in/");
    }

    static Key waiting(Name tenant, String type, String id) {
        return Key.state("t/" + tenant + "/w/" + label(type) + "/" + id);
    }

    static Range waitingFor(Name tenant, String type) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/w/" + label(type) + "/");
    }

    /** A type may be any text, and a key may not. */
    private static String label(String type) {
        return type.matches("[!-$&-.0-~]{1,200}")
                ? type
                : "%" + Digest.of(type.getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** An execution that does not go on because its function or tenant is paused, as its shard's owner finds it. */
    static Key held(int shard, Order order) {
        return Key.state(held(shard).from() + order.tenant() + "/" + order.function() + "/" + order.id());
    }

    static Range held(int shard) {
        return Range.prefix(Key.Space.STATE, "c/shard/" + Ids.padded(shard, 2) + "/held/");
    }

    /** The keys with which the cluster signs what it gives out. */
    static Key seals() {
        return Key.state("c/seals");
    }

    static Key deadLetter(Name tenant, String id) {
        return Key.state("t/" + tenant + "/d/" + id);
    }

    static Range deadLetters(Name tenant) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/d/");
    }

    /** A part of what is kept of an execution that has ended, under a day: that on which its id was made, or a later one. */
    static Key ended(Name tenant, String id, String day, int part) {
        return Key.history(endedPrefix(tenant, id, day) + Ids.padded(part, 4));
    }

    static Range ended(Name tenant, String id, String day) {
        return Range.prefix(Key.Space.HISTORY, endedPrefix(tenant, id, day));
    }

    private static String endedPrefix(Name tenant, String id, String day) {
        return day + "/t/" + tenant + "/w/" + id + "/";
    }

    /** Under which day an execution lies that ended long after its id was made. */
    static Key late(Name tenant, String id) {
        return Key.state("t/" + tenant + "/e/" + id);
    }

    static Range late(Name tenant) {
        return Range.prefix(Key.Space.STATE, "t/" + tenant + "/e/");
    }

    /** The day of a moment; days are in the order of their texts. */
    static String day(Instant at) {
        return DAY.format(at);
    }

    static String day(String id) {
        return day(Instant.ofEpochMilli(Ids.millis(id)));
    }

    /** Says which execution was made of one; kept as long as that one. */
    static Key successor(Name tenant, String id, String successor) {
        return Key.history(successorsPrefix(tenant, id) + successor);
    }

    static Range successors(Name tenant, String id) {
        return Range.prefix(Key.Space.HISTORY, successorsPrefix(tenant, id));
    }

    private static String successorsPrefix(Name tenant, String id) {
        return day(id) + "/t/" + tenant + "/l/" + id + "/";
    }
}
