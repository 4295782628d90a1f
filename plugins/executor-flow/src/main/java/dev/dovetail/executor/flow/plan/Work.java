package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.jq.Jq;
import java.util.List;
import java.util.Optional;

/** What a task does. */
public sealed interface Work {
    record Sequence(List<Task> tasks) implements Work {}

    record Assign(Value data) implements Work {}

    /**
     * @param each the variable of the item
     * @param at the variable of its index
     * @param during whether to go on
     */
    record Loop(String each, String at, Jq in, Optional<Jq> during, List<Task> tasks) implements Work {}

    record Choice(List<Case> cases) implements Work {}

    /** @param when empty for the one that is taken when no other is */
    record Case(Optional<Jq> when, String then) {}

    /** @param compete whether the first branch that ends is all that counts */
    record Split(List<Task> branches, boolean compete) implements Work {}

    record Attempt(List<Task> tasks, Catch caught) implements Work {}

    /**
     * @param errors what an error has to have to be caught
     * @param as the variable of the error
     */
    record Catch(
            Value errors,
            String as,
            Optional<Jq> when,
            Optional<Jq> exceptWhen,
            Optional<Retry> retry,
            Optional<List<Task>> tasks) {}

    /** @param error an object of type, status, and what else an error has */
    record Raise(Value error) implements Work {}

    record Pause(Span span) implements Work {}

    /** @param redirects whether an answer that leads elsewhere is fine */
    record Request(
            Value method,
            Value uri,
            Optional<Login> login,
            Value headers,
            Value query,
            Optional<Value> body,
            Reply reply,
            boolean redirects)
            implements Work {}

    /** What is made of an answer. */
    enum Reply {
        RAW,
        CONTENT,
        RESPONSE
    }

    /** How a request shows who asks. */
    sealed interface Login {
        record Basic(Value username, Value password) implements Login {}

        record Bearer(Value token) implements Login {}
    }

    /**
     * @param awaited whether to wait for its end
     * @param lasting whether that may be long, as that of a workflow
     */
    record Invoke(String callable, Optional<Value> input, boolean awaited, boolean lasting) implements Work {}

    /** A call of one of the document's own functions. */
    record Reuse(String function, Optional<Value> input) implements Work {}

    /** Something that is asked of the system itself. */
    record Ask(String function, Value arguments) implements Work {}

    /** @param event an object of type, source and data */
    record Emit(Value event) implements Work {}

    record Listen(boolean all, List<Filter> filters) implements Work {}

    /** @param data what an event of the type has to be to count */
    record Filter(Value type, Optional<Jq> data) {}
}
