package dev.dovetail.executor.custom.guest;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

/** A function as it is written for AWS Lambda. */
public final class Greeter implements RequestHandler<Map<String, String>, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Map<String, String> input, Context context) {
        if (!input.containsKey("name")) {
            throw new IllegalArgumentException("nobody to greet");
        }
        context.getLogger().log("greeting " + input.get("name"));
        return Map.of("greeting", "hello " + input.get("name"), "of", context.getFunctionName());
    }
}
