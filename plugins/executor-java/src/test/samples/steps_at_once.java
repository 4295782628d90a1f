import dev.dovetail.function.Context;
import java.util.List;

public class Handler {
    public List<String> handleRequest(Object input, Context context) {
        return context.parallel(List.of(() -> ask("a", context), () -> ask("b", context)));
    }

    private static String ask(String name, Context context) {
        return context.step(name, null, String.class, (nothing, inside) -> inside.random().get());
    }
}
