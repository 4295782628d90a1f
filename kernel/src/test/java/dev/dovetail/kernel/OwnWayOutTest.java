package dev.dovetail.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.kernel.config.Configs;
import dev.dovetail.kernel.config.Configuration;
import dev.dovetail.kernel.schema.Schemas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What functions may reach through the host, they may reach on their own way out too. */
@Tag("RT-11")
final class OwnWayOutTest {
    private static final String ASKS = """
            {"type": "object", "properties": {
              "internal-hosts": {"type": "array", "items": {"type": "string"}, "default": []}}}""";

    private final Schemas schemas = new Schemas();
    private final Configs configs = new Configs(schemas);

    @Test
    void anExecutorIsToldWhatTheOperatorAllowsUnlessItHasAListOfItsOwn(@TempDir Path folder) throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("dovetail.json"), "{\"outbound\": {\"allow\": [\"10.0.0.0/8\", \"db.local\"]}}");
        Configuration configuration = configs.read(folder, data, false, Optional.empty(), Map.of(), Map.of());

        ObjectNode nothing = schemas.object();
        assertEquals(List.of("10.0.0.0/8", "db.local"), told(configuration, ASKS, nothing));
        assertEquals(schemas.object(), nothing, "what was given is not changed");

        ObjectNode own = schemas.object();
        own.putArray("internal-hosts").add("other.local");
        assertEquals(List.of("other.local"), told(configuration, ASKS, own));

        ObjectNode none = schemas.object();
        none.putArray("internal-hosts");
        assertEquals(List.of(), told(configuration, ASKS, none));

        assertEquals(
                schemas.object(), PluginModule.fed(configuration, configs, "{\"type\": \"object\"}", schemas.object()));
    }

    private List<String> told(Configuration configuration, String schema, ObjectNode values) {
        return configs.check("executors.x", schema, PluginModule.fed(configuration, configs, schema, values))
                .texts("internal-hosts");
    }
}
