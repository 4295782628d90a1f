package dev.dovetail.distribution;

import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The languages of the machine, as a server finds them. */
final class Installed {
    private static final List<String> KNOWN = List.of(
            "ruby3.4",
            "ruby3.3",
            "ruby3.2",
            "ruby3.1",
            "ruby3.0",
            "node22",
            "node20",
            "node18",
            "python3.13",
            "python3.12",
            "python3.11",
            "python3.9",
            "java25",
            "java21",
            "java17");

    private Installed() {}

    /** The newest of this language that the machine has. */
    static String newest(Running server, String language) throws IOException, InterruptedException {
        for (String runtime : KNOWN) {
            ObjectNode function = Running.JSON.createObjectNode();
            function.put("name", "tried").put("runtime", runtime);
            if (runtime.startsWith(language)
                    && server.post("/api/v1/functions?dryRun=true", function).status() == 200) {
                return runtime;
            }
        }
        throw new AssertionError("no " + language + " is found, although the machine has it");
    }
}
