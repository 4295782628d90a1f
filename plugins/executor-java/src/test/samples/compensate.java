import dev.dovetail.function.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;

public class Handler {
    public Object handleRequest(Object input) {
        return null;
    }

    public List<Object> undo(Map<String, Integer> input, Optional<List<String>> output, Context context) {
        return List.of(input, output, context.random("undo").get());
    }
}
