package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dovetail.spi.Place;
import dev.dovetail.spi.executor.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow that can run. Immutable.
 *
 * @param secrets the names of those that its expressions may read
 * @param functions tasks that other tasks call by name
 * @param undoings what undoes tasks, by their references
 * @param timed whether some expression asks when the workflow or a task began
 */
public record Flow(
        String name,
        Place place,
        JsonNode definition,
        Optional<Value> input,
        Optional<Value> output,
        Optional<Span> timeout,
        List<String> secrets,
        Map<String, Task> functions,
        Map<String, Undo> undoings,
        List<Task> tasks,
        boolean timed) {
    /** What undoes this task, if it says so. */
    public Optional<Undo> undo(Task task) {
        return Optional.ofNullable(undoings.get(task.reference()));
    }

    /** What reading a document came to: a workflow, unless one of the problems is an error. */
    public record Read(Optional<Flow> flow, List<Problem> problems) {}
}
