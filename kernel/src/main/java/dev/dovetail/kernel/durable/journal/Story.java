package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Notes;
import dev.dovetail.kernel.record.Execution.LogLine;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostReply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A journal in memory: all its lines, those that are not durable yet, and what they mean for a replay. Not thread-safe: its host
 * guards it.
 */
public final class Story {
    private static final int MOST_LOGGED = 2000;

    private final Schemas schemas;
    private final List<Line> lines = new ArrayList<>();
    private final Map<Long, Line> asked = new HashMap<>();
    private final Map<Long, Line> answered = new HashMap<>();
    private final List<Long> answers = new ArrayList<>();
    private final Map<Long, Line> lastTry = new HashMap<>();
    private final Map<Long, Line> undone = new HashMap<>();
    private final Set<String> heard = new HashSet<>();
    private final Flights flights = new Flights();
    private final Gates gates = new Gates();
    private int durable;
    private final Weight weight = new Weight();
    private final long most;
    private int logged;
    private boolean effect;
    private boolean overdue;
    private OptionalInt dialect = OptionalInt.empty();

    /** One that is looked at. */
    public Story(Schemas schemas) {
        this(schemas, Long.MAX_VALUE);
    }

    /** @param most how much memory it may take before nothing new is asked */
    public Story(Schemas schemas, long most) {
        this.schemas = schemas;
        this.most = most;
    }

    /** A journal that was read, to be looked at. */
    public static Story of(Schemas schemas, List<Line> lines) {
        Story story = new Story(schemas);
        lines.forEach(story::take);
        story.saved(lines.size());
        return story;
    }

    /** Adds a segment as it was read from the store. */
    public void load(Bytes segment) {
        load(segment, _ -> true);
    }

    /** The same of those of its lines that are needed. */
    public void load(Bytes segment, Predicate<Line> needed) {
        Bytes text = Packed.unpack(segment);
        for (JsonNode each : schemas.parse(text)) {
            Line line = new Line((ObjectNode) each);
            if (needed.test(line)) {
                take(line);
                logged += line.type().equals(Line.LOG) ? 1 : 0;
            }
        }
        durable = lines.size();
        weight.loaded(text.size());
        effect = false;
    }

    private synchronized void take(Line line) {
        lines.add(line);
        flights.take(line);
        switch (line.type()) {
            case Line.BEGAN ->
                dialect = line.json().has("dialect") ? OptionalInt.of((int) line.whole("dialect")) : dialect;
            case Line.ASKED -> asked.put(line.number(), line);
            case Line.ANSWERED -> {
                answered.put(line.number(), line);
                answers.add(line.number());
            }
            case Line.TRIED -> lastTry.put(line.number(), line);
            case Line.SIGNAL, Line.RESOLVED -> heard.add(line.text("message"));
            case Line.OVERDUE -> overdue = true;
            case Line.UNDONE -> undone.put(line.number(), line);
            default -> gates.take(line);
        }
        effect |= line.isOwed();
    }

    /** Adds a line that is not durable yet. */
    public Line add(String type, long at, ObjectNode more) {
        ObjectNode json = schemas.object().put("t", type).put("at", at);
        json.setAll(more);
        Line line = new Line(json);
        take(line);
        return line;
    }

    /** The same of a call. */
    public Line add(String type, long at, long number, ObjectNode more) {
        return add(type, at, more.put("n", number));
    }

    public ObjectNode nothing() {
        return schemas.object();
    }

    /** The replay semantics in which it is written; empty if nothing is. */
    public OptionalInt dialect() {
        return dialect;
    }

    /** How many calls the main scope made. */
    public long calls() {
        return asked.size();
    }

    void ask(long at, long number, HostCall call, boolean child, Place place) {
        ObjectNode json = Told.line(schemas, call, child).put("digest", Told.digest(schemas, call));
        if (!place.equals(Place.UNKNOWN)) {
            json.set("place", Faulted.place(schemas, place));
        }
        add(Line.ASKED, at, number, json);
    }

    void answer(long at, long number, HostReply reply) {
        add(Line.ANSWERED, at, number, told(number, reply));
    }

    /** What a call is answered with, as a line that comes has it. */
    ObjectNode told(long number, HostReply reply) {
        weight.comes(reply);
        return gates.marked(number, Replies.write(schemas, reply));
    }

    /** May be asked by any thread. */
    public synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    /** Whether nothing was ever asked. */
    public boolean isEmpty() {
        return asked.isEmpty();
    }

    public Optional<Line> asked(long number) {
        return Optional.ofNullable(asked.get(number));
    }

    public Optional<Line> answered(long number) {
        return Optional.ofNullable(answered.get(number));
    }

    /** How many calls were answered: how far it has got. */
    public int settled() {
        return answers.size();
    }

    /** The numbers of the calls that were answered, in that order. */
    List<Long> answers() {
        return answers;
    }

    /** Whether a wait was answered by a message of this name. */
    public synchronized boolean heard(String message) {
        return heard.contains(message);
    }

    Gates gates() {
        return gates;
    }

    /** How often attempts of this step have begun, if it is not known what became of the last; otherwise 0. */
    public int inFlight(long number) {
        return flights.of(number);
    }

    /** The last attempt of this step that failed and was to be repeated. */
    Optional<Line> lastTry(long number) {
        return Optional.ofNullable(lastTry.get(number));
    }

    HostReply reply(Line answer) {
        return answer.json().has("fault")
                ? new HostReply.Refused(fault(answer))
                : new HostReply.Value(schemas.bytes(answer.at("value")));
    }

    public Fault fault(Line line) {
        return Faulted.read(schemas, line.at("fault"));
    }

    /** How a step was undone, or that it could not be. */
    Optional<Line> undone(long number) {
        return Optional.ofNullable(undone.get(number));
    }

    /** The value in a line of the journal. */
    Bytes value(Line line, String key) {
        return schemas.bytes(line.at(key));
    }

    /** Whether any step could not be undone. */
    public boolean undoingFailed() {
        return undone.values().stream().anyMatch(line -> line.json().has("fault"));
    }

    /** Whether any step was undone. */
    public boolean anyUndone() {
        return !undone.isEmpty();
    }

    /** The line that began compensation, with its cause. */
    public Optional<Line> undoing() {
        return lines.stream().filter(line -> line.type().equals(Line.UNDOING)).findFirst();
    }

    /** Whether it has taken longer than it may, and goes on all the same. */
    public boolean overdue() {
        return overdue;
    }

    /** Whether something that an effect must not overtake is not durable yet. */
    boolean owes() {
        return effect;
    }

    /** About how much memory it takes. */
    public long weight() {
        return weight.of(lines.size());
    }

    /** How much it may. */
    long most() {
        return most;
    }

    /** How many lines there are: up to where one that writes now has written. */
    public synchronized int size() {
        return lines.size();
    }

    /** The lines that are not durable yet, as segments that are small enough for the store. */
    public synchronized List<Bytes> unsaved() {
        List<Bytes> segments = Segments.of(schemas, lines.subList(durable, lines.size()));
        weight.writes(segments.stream().mapToLong(Bytes::size).sum());
        return segments;
    }

    /** The first so many lines are durable. */
    public synchronized void saved(int upTo) {
        durable = upTo;
        weight.wrote();
        effect = lines.subList(durable, lines.size()).stream().anyMatch(Line::isOwed);
    }

    /** Adds how far the code says that it is. */
    void progress(Notes.Said said) {
        add(
                Line.PROGRESS,
                said.at().toEpochMilli(),
                nothing().put("fraction", said.fraction()).put("message", said.message()));
    }

    /** Adds what was logged; of an execution that logs without end the rest is not kept. */
    public void log(List<LogLine> said) {
        for (LogLine line : said) {
            if (logged++ >= MOST_LOGGED) {
                return;
            }
            boolean last = logged == MOST_LOGGED;
            add(
                    Line.LOG,
                    line.at().toEpochMilli(),
                    nothing()
                            .put("level", last ? "warning" : line.level())
                            .put("message", last ? "Further lines of this execution are not kept" : line.message())
                            .put("fields", last ? "{}" : line.fields()));
        }
    }
}
