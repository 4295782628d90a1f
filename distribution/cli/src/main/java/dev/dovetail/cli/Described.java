package dev.dovetail.cli;

import dev.dovetail.kernel.catalog.Catalog;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.contract.Shape;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** What a {@code function.json} says, looked at as a server would. */
final class Described {
    private Described() {}

    /**
     * A word that is written wrongly would change nothing here, and be found when it is deployed.
     *
     * @throws Main.Unusable if a server would not take it
     */
    static void check(Source source) {
        if (source.said().isEmpty()) {
            return;
        }
        ObjectNode body = source.said().deepCopy();
        body.remove("files"); // which of the folder's are its code: for the command, not for the server
        body.put("name", source.name().text())
                .put("runtime", source.offer().runtime())
                .put("handler", source.handler());
        try (InputStream shape = Catalog.class.getResourceAsStream("function.schema.json")) {
            Schemas schemas = new Schemas();
            new Shape(schemas.parse(shape.readAllBytes()), ErrorType.VALIDATION, schemas).check(body);
        } catch (Refusal refused) {
            throw new Main.Unusable("Cannot run " + source.folder() + ": in its " + Bundle.DESCRIPTION + " "
                    + words(refused.problems()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String words(List<Problem> problems) {
        return problems.stream().map(Problem::told).collect(Collectors.joining("; "));
    }
}
