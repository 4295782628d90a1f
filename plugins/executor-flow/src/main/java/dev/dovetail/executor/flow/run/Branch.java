package dev.dovetail.executor.flow.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** A line that was begun, and what has come of it: an output or an error. */
final class Branch {
    private Optional<Line> line = Optional.empty();
    private Optional<JsonNode> output = Optional.empty();
    private Optional<RuntimeException> thrown = Optional.empty();
    private Optional<Error> broken = Optional.empty();

    void runs(Line own) {
        line = Optional.of(own);
    }

    Line line() {
        return line.orElseThrow();
    }

    void gives(JsonNode value) {
        output = Optional.of(value);
    }

    void fails(RuntimeException error) {
        thrown = Optional.of(error);
    }

    void breaks(Error error) {
        broken = Optional.of(error);
    }

    boolean ended() {
        return output.isPresent() || failed();
    }

    boolean failed() {
        return thrown.isPresent() || broken.isPresent();
    }

    Optional<RuntimeException> thrown() {
        return thrown;
    }

    /** The output, or the error that it ended with. */
    JsonNode output() {
        broken.ifPresent(error -> {
            throw error;
        });
        thrown.ifPresent(error -> {
            throw error;
        });
        return output.orElseThrow();
    }
}
