package dev.dovetail.executor.flow.plan;

import java.util.ArrayList;
import java.util.List;

/** The tasks that a task consists of. */
final class Inside {
    private Inside() {}

    /** The task itself, and all within it. */
    static List<Task> of(Task task) {
        List<Task> all = new ArrayList<>();
        add(task, all);
        return all;
    }

    private static void add(Task task, List<Task> all) {
        all.add(task);
        switch (task.work()) {
            case Work.Sequence(List<Task> tasks) -> tasks.forEach(each -> add(each, all));
            case Work.Loop loop -> loop.tasks().forEach(each -> add(each, all));
            case Work.Split split -> split.branches().forEach(each -> add(each, all));
            case Work.Attempt attempt -> {
                attempt.tasks().forEach(each -> add(each, all));
                attempt.caught().tasks().ifPresent(tasks -> tasks.forEach(each -> add(each, all)));
            }
            default -> {}
        }
    }
}
