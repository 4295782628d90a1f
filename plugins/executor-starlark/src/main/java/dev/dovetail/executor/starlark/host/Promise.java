package dev.dovetail.executor.starlark.host;

import dev.dovetail.executor.starlark.value.Foreign;
import dev.dovetail.executor.starlark.value.Run;
import dev.dovetail.spi.host.HostReply;
import java.util.List;
import java.util.Optional;

/** The value of type {@code promise}: a host call that was begun, and what its reply will become. */
final class Promise implements Foreign {
    /** Makes a value of a reply. */
    interface Meaning {
        Object of(Run run, HostReply reply);
    }

    final long ticket;
    private final Meaning meaning;
    private Optional<HostReply> reply = Optional.empty();
    private Optional<Object> value = Optional.empty();

    Promise(long ticket, Meaning meaning) {
        this.ticket = ticket;
        this.meaning = meaning;
    }

    boolean answered() {
        return reply.isPresent();
    }

    void answer(HostReply given) {
        reply = Optional.of(given);
    }

    /** The value, the same however often it is awaited. */
    Object value(Run run) {
        if (value.isEmpty()) {
            value = Optional.of(meaning.of(run, reply.orElseThrow()));
        }
        return value.get();
    }

    @Override
    public String type() {
        return "promise";
    }

    @Override
    public Optional<Object> attribute(String name) {
        return Optional.empty();
    }

    @Override
    public List<String> attributes() {
        return List.of();
    }
}
