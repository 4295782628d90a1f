import dev.dovetail.function.Context;

public class Handler {
    public Object handleRequest(Object input, Context context) {
        return context.step("one", null, Object.class, (nothing, inside) -> {
            throw new java.io.IOException("out of cheese");
        });
    }
}
