package dev.dovetail.function.worker;

import dev.dovetail.function.Context;
import dev.dovetail.function.Step;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Runs the steps of one call. */
final class Steps {
    private final Call call;
    private final Context context;
    private final Function function;
    private final int most;

    /** @param most bytes that a result may have */
    Steps(Call call, Context context, Function function, int most) {
        this.call = call;
        this.context = context;
        this.function = function;
        this.most = most;
    }

    <O> O run(Step<O> step) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("kind", "step");
        question.put("label", step.name());
        step.compensation().ifPresent(method -> question.put("compensation", exported(method)));
        Map<String, Object> policy = new LinkedHashMap<>(step.retry().said());
        step.timeout().ifPresent(timeout -> policy.put("timeoutMs", timeout.toMillis()));
        question.put("policy", policy);
        byte[] input = json(step.input(), "the input of the step \"" + step.name() + "\"");
        Map<String, Object> where = new LinkedHashMap<>();
        Places.here(where);
        long outer = call.scope().map(Scope::number).orElse(0L);
        question.putAll(where);
        Object answer = call.ask(question, outer, input, value -> value).get();
        while (answer instanceof Scope) {
            Map<String, Object> report = new LinkedHashMap<>();
            byte[] output = attempt(step, (Scope) answer, where, report);
            report.put("kind", "stepDone");
            report.put("of", ((Scope) answer).number());
            answer = call.ask(report, outer, output, value -> value).get();
        }
        return made(answer, step);
    }

    @SuppressWarnings("unchecked") // it is made of this type, or of the box of it
    private static <O> O made(Object answer, Step<O> step) {
        return (O) Binding.to(answer, Scalars.boxed(step.type()), "the result of the step \"" + step.name() + "\"");
    }

    private String exported(String method) {
        try {
            function.undo(method);
            return method;
        } catch (NotLoaded e) {
            throw new IllegalArgumentException("The compensation cannot be called: " + e.getMessage(), e);
        }
    }

    /** Runs the code; what it ended with goes into the report. */
    private <O> byte[] attempt(Step<O> step, Scope scope, Map<String, Object> where, Map<String, Object> report) {
        Optional<Scope> before = call.scope();
        call.scope(Optional.of(scope));
        try {
            String what = "the result of the step \"" + step.name() + "\"";
            byte[] output = json(step.code().run(step.input(), context), what);
            if (output.length > most) {
                throw new IllegalStateException(
                        what + " has " + output.length + " bytes; at most " + most + " are allowed");
            }
            report.putAll(where);
            return output;
        } catch (Leave e) {
            throw e;
        } catch (Throwable e) {
            call.check(); // what it was told to leave with is no failure
            report.putAll(Errors.of(e));
            return Link.NOTHING;
        } finally {
            call.scope(before);
        }
    }

    private static byte[] json(Object value, String what) {
        try {
            return JsonWriter.bytes(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage().replace("the answer is no JSON", what + " is no JSON"), e);
        }
    }
}
