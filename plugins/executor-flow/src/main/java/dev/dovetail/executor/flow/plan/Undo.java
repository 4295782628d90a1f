package dev.dovetail.executor.flow.plan;

import java.util.List;

/**
 * What undoes a task.
 *
 * @param task runs on an object of what the undone one was given, what it gave, and the error for which it is undone
 * @param seen the variables that it sees where it stands, in an order of their own; they are kept with the undone task
 */
public record Undo(Task task, List<String> seen) {
    public Undo {
        seen = List.copyOf(seen);
    }
}
