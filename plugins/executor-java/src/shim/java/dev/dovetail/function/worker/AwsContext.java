package dev.dovetail.function.worker;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;

/** The context of functions that were written for AWS Lambda: the interfaces are in their own code. */
final class AwsContext implements InvocationHandler {
    private final LiveContext live;

    private AwsContext(LiveContext live) {
        this.live = live;
    }

    /** @param kind the function's interface for contexts */
    static Object of(Class<?> kind, LiveContext live) {
        return Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, new AwsContext(live));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "getAwsRequestId":
                return live.executionId();
            case "getFunctionName":
                return live.functionName();
            case "getFunctionVersion":
                return Integer.toString(live.version());
            case "getInvokedFunctionArn":
                return "arn:aws:lambda:local:000000000000:function:" + live.functionName() + ":" + live.version();
            case "getLogGroupName":
                return "/aws/lambda/" + live.functionName();
            case "getLogStreamName":
                return live.functionName();
            case "getRemainingTimeInMillis":
                return (int) Math.min(Integer.MAX_VALUE, live.remaining().toMillis());
            case "getMemoryLimitInMB":
                return live.memoryMb();
            case "getTenantId":
                return live.tenantId();
            case "getXrayTraceId":
                return live.traceId();
            case "getLogger":
                Class<?> kind = method.getReturnType();
                return Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, AwsContext::log);
            default:
                return object(proxy, method, arguments);
        }
    }

    private static Object log(Object proxy, Method method, Object[] arguments) {
        if (!method.getName().equals("log")) {
            return object(proxy, method, arguments);
        }
        Object message = arguments[0];
        System.out.println(message instanceof byte[] ? new String((byte[]) message, StandardCharsets.UTF_8) : message);
        return null;
    }

    /** What every object has; what a later interface has and this does not know is nothing. */
    private static Object object(Object proxy, Method method, Object[] arguments) {
        switch (method.getName()) {
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return "Context";
            default:
                return null;
        }
    }
}
