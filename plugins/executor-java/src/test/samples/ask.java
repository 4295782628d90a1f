import dev.dovetail.function.Context;
import java.util.List;

public class Handler {
    public List<Object> handleRequest(Object input, Context context) {
        return List.of(context.now().get(), context.random().get());
    }
}
