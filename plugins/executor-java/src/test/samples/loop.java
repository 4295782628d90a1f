import dev.dovetail.function.Context;

public class Handler {
    public Object handleRequest(Object input, Context context) {
        context.progress(0, "begun");
        long turns = 0;
        while (true) {
            turns++;
        }
    }
}
