import dev.dovetail.function.Context;
import java.time.Duration;

public class Handler {
    public String handleRequest(Object input, Context context) {
        context.sleep(Duration.ofMinutes(1)).get();
        return "slept";
    }
}
