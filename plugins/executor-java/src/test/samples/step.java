import dev.dovetail.function.Context;
import dev.dovetail.function.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

public class Handler {
    public Object handleRequest(Object input, Context context) {
        return context.step(Step.of("one", Map.of("n", 1), Object.class, this::ask).compensatedBy("undo"));
    }

    private String ask(Map<String, Integer> input, Context context) {
        return context.random().get();
    }

    public List<Object> undo(Object input, Object output, Context context) {
        return Arrays.asList(input, output, context.random("undo").get());
    }
}
