package dev.dovetail.kernel;

import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.host.HostCall;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Plain functions of tests in a house, and what they register to be called if they fail. */
record PlainCalls(House house) {
    private static final AtomicInteger NAMES = new AtomicInteger();

    static HostCall compensate(String function, String input) {
        return new HostCall.Other(
                "compensate", 1, Bytes.utf8("{\"function\":\"" + function + "\",\"input\":" + input + "}"));
    }

    /** A plain function; its name. */
    String function(Guest.Flow code, String... members) {
        String name = "plain-" + NAMES.incrementAndGet();
        house.commands.flow(name, code);
        house.deploy(name, "flow " + name, members);
        return name;
    }

    /** A function that remembers its inputs, and fails on those that say so. */
    String undoing(List<String> seen) {
        return function(
                guest -> {
                    seen.add(guest.invocation().input().text());
                    if (guest.input().path("bad").booleanValue(false)) {
                        throw Guest.fails("cannot be undone");
                    }
                    return "null";
                },
                "\"traits\":{\"retry\":{\"maxAttempts\":2,\"initialDelayMs\":1}}");
    }

    Reply invoke(String name) {
        return house.post("/api/v1/functions/" + name + "/invoke", "{}");
    }

    static String id(Reply reply) {
        return reply.header("X-Execution-Id");
    }

    String log(String id) {
        return house.get("/api/v1/executions/" + id + "/logs").body();
    }
}
