import dev.dovetail.function.Context;
import java.time.Duration;
import java.util.Optional;

public class Handler {
    public Object handleRequest(Object input, Context context) {
        String type = "gts.x.core.faas.event.v1~order.paid.v1~";
        return context.awaitEvent(type, "event.total > 10", Optional.of(Duration.ofHours(1))).get();
    }
}
