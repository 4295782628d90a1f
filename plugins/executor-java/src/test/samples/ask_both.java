import dev.dovetail.function.Context;
import dev.dovetail.function.Pending;
import java.time.Duration;

public class Handler {
    public String handleRequest(Object input, Context context) {
        Pending<Void> one = context.sleep(Duration.ofMillis(1));
        Pending<Void> two = context.sleep(Duration.ofMillis(2));
        one.get();
        two.get();
        return "both";
    }
}
