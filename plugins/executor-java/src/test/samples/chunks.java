import dev.dovetail.function.Context;
import java.util.List;
import java.util.Map;

public class Handler {
    public String handleRequest(Object input, Context context) {
        context.chunk(Map.of("n", 1)).get();
        context.chunk(List.of("two")).get();
        return "sent";
    }
}
