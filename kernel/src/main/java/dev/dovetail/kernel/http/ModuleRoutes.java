package dev.dovetail.kernel.http;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.catalog.Module;
import dev.dovetail.kernel.identity.Permission;
import dev.dovetail.kernel.plugin.NativeFunctions;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Native modules: what functions there are in plugins. */
final class ModuleRoutes {
    private final Catalog catalog;
    private final Schemas schemas;

    ModuleRoutes(Catalog catalog, Schemas schemas) {
        this.catalog = catalog;
        this.schemas = schemas;
    }

    void addTo(Router router) {
        router.add(
                "GET",
                "/api/v1/modules",
                Permission.READ,
                0,
                "List native modules, each with its functions and their contracts",
                this::list);
    }

    private void list(Exchange x) throws Exception {
        ObjectNode json = schemas.object();
        ArrayNode items = json.putArray("items");
        for (Module each : catalog.modules()) {
            ObjectNode module = items.addObject()
                    .put("name", each.offer().runtime().substring(NativeFunctions.PREFIX.length()))
                    .put("runtime", each.offer().runtime())
                    .put("plugin", each.offer().plugin());
            ArrayNode functions = module.putArray("functions");
            each.functions().forEach(it -> functions.add(function(it)));
        }
        x.answer(200, Cursors.whole(x, json));
    }

    private ObjectNode function(NativeFunction function) {
        ObjectNode json = schemas.object().put("name", function.name().text());
        json.set("contract", schemas.parse(function.contract()));
        ArrayNode capabilities = json.putArray("capabilities");
        new TreeSet<>(function.capabilities()).forEach(capabilities::add);
        return json;
    }
}
