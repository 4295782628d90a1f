package dev.dovetail.kernel.durable.journal;

import dev.dovetail.kernel.host.Hosts;
import dev.dovetail.kernel.host.Running;
import dev.dovetail.kernel.plugin.PluginFailure;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.stream.Mark;
import dev.dovetail.kernel.stream.StreamLog;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Fault;
import dev.dovetail.spi.host.HostCall;
import dev.dovetail.spi.host.HostNote;
import dev.dovetail.spi.host.HostReply;
import java.lang.System.Logger.Level;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What an attempt sends and is sent piece by piece, if the caller of the execution wanted that. All under the lock of its host. */
final class Pieces {
    private static final System.Logger LOG = System.getLogger(Pieces.class.getName());

    private final Running running;
    private final Hosts hosts;
    private final Story story;
    private Optional<Found> found = Optional.empty();

    /** Where what is sent goes, once it is known whether it goes anywhere. */
    private record Found(Optional<StreamLog> log) {}

    Pieces(Running running, Hosts hosts, Story story) {
        this.running = running;
        this.hosts = hosts;
        this.story = story;
    }

    private Optional<StreamLog> log() throws InterruptedException {
        if (found.isEmpty()) {
            found = Optional.of(
                    new Found(hosts.streams().writer(running.principal().tenant(), running.executionId())));
        }
        return found.get().log();
    }

    /** Sends a piece, unless an attempt before has; what its errand is to wait for. */
    Errands.Task offer(HostCall.Chunk chunk, Mark mark) throws InterruptedException {
        Optional<StreamLog> log = log();
        if (log.isEmpty()) {
            return () -> Hosts.refused(Fault.UNSUPPORTED, Hosts.NOT_STREAMED);
        }
        return log.get().offer(chunk.data(), Optional.of(mark))::settle;
    }

    /** Says how far the code is, if the store can be asked now whether anybody listens. */
    void tell(HostNote note) throws InterruptedException {
        if (note instanceof HostNote.Progress said) {
            try {
                log().ifPresent(it ->
                        it.progress(said.fraction(), running.disclosed().conceal(said.message())));
            } catch (PluginFailure e) {
                LOG.log(Level.DEBUG, "Progress is not told: {0}", e.getMessage());
            }
        }
    }

    /** What a read is answered that waits for nothing. */
    Optional<HostReply> known() throws InterruptedException {
        if (log().isEmpty()) {
            return Optional.of(Hosts.refused(Fault.UNSUPPORTED, Hosts.NOT_STREAMED));
        }
        return inputEnded() ? Optional.of(new HostReply.Value(Schemas.NULL)) : Optional.empty();
    }

    /** Whether a call was told that the streamed input has ended. */
    private boolean inputEnded() {
        return story.lines().stream()
                .filter(Pieces::reads)
                .map(line -> story.answered(line.number()))
                .anyMatch(
                        answer -> answer.isPresent() && answer.get().at("value").isNull());
    }

    private static boolean reads(Line line) {
        return line.type().equals(Line.ASKED) && line.text("call").equals("read");
    }

    /** The number of the piece that this call reads. */
    long number(Open it) {
        return story.lines().stream()
                        .filter(line -> reads(line) && line.number() < it.number)
                        .count()
                + 1;
    }

    /** What a message of a piece, or of the end, is given to the code as. */
    HostReply given(JsonNode message) {
        return new HostReply.Value(message.has("data") ? wrapped(message.get("data")) : Schemas.NULL);
    }

    private Bytes wrapped(JsonNode data) {
        ObjectNode json = hosts.schemas().object();
        json.set("data", data);
        return hosts.schemas().bytes(json);
    }

    /** The code has left: what it has sent is written. Called without the lock. */
    void end() {
        found.flatMap(Found::log).ifPresent(hosts.streams()::leave);
    }
}
