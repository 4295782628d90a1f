import dev.dovetail.function.Context;
import java.util.ArrayList;
import java.util.List;

public class Handler {
    public Object handleRequest(Object input, Context context) {
        context.progress(0, "begun");
        List<byte[]> held = new ArrayList<>();
        while (true) {
            held.add(new byte[1 << 20]);
        }
    }
}
