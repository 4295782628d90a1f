import dev.dovetail.function.Context;
import dev.dovetail.function.RequestHandler;

public class Handler implements RequestHandler<Object, Object> {
    @Override
    public Object handleRequest(Object input, Context context) {
        return input;
    }
}
