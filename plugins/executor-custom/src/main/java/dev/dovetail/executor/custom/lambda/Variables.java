package dev.dovetail.executor.custom.lambda;

import dev.dovetail.spi.executor.Launch;
import java.util.HashMap;
import java.util.Map;

/** The environment that programs for the API expect. */
final class Variables {
    /** A place that is none; programs put it into addresses of services that they do not reach from here. */
    private static final String REGION = "local";

    private Variables() {}

    /** The function's own variables win over all but those that say who it is. */
    static Map<String, String> of(Launch launch, Program program) {
        StringBuilder path = new StringBuilder("/usr/local/bin:/usr/bin:/bin");
        StringBuilder libraries = new StringBuilder("/var/task:/var/task/lib");
        for (int i = launch.layers().size() - 1; i >= 0; i--) {
            path.append(":").append(Program.layer(i)).append("/bin");
            libraries.append(":").append(Program.layer(i)).append("/lib");
        }
        Map<String, String> variables = new HashMap<>();
        variables.put("PATH", path.toString());
        variables.put("LD_LIBRARY_PATH", libraries.toString());
        variables.put("TZ", ":UTC");
        variables.put("AWS_REGION", REGION);
        variables.put("AWS_DEFAULT_REGION", REGION);
        variables.putAll(launch.environment());
        String name = launch.version().function().text();
        variables.put("_HANDLER", launch.handler());
        variables.put("LAMBDA_TASK_ROOT", Program.TASK.toString());
        variables.put("LAMBDA_RUNTIME_DIR", program.inside().getParent().toString());
        variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + launch.runtime());
        variables.put("AWS_LAMBDA_FUNCTION_NAME", name);
        variables.put(
                "AWS_LAMBDA_FUNCTION_VERSION", Integer.toString(launch.version().number()));
        variables.put(
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                Integer.toString(launch.limits().memoryMb()));
        variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        variables.put("AWS_LAMBDA_LOG_STREAM_NAME", name);
        variables.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        return variables;
    }
}
