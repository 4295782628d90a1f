package dev.dovetail.executor.flow.plan;

import dev.dovetail.executor.flow.jq.Jq;
import dev.dovetail.executor.flow.text.Document;
import dev.dovetail.executor.flow.text.Part;
import dev.dovetail.spi.executor.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a workflow of a file, or says all that is wrong with it. */
public final class FlowReader {
    private static final Set<String> TOP =
            Set.of("document", "input", "use", "do", "timeout", "output", "schedule", "evaluate");
    private static final Set<String> REUSED = Set.of(
            "authentications", "catalogs", "errors", "extensions", "functions", "retries", "secrets", "timeouts");

    private final Part root;
    private final Kit.Shared shared;

    private FlowReader(Part root, Jq.Language language) {
        this.root = root;
        this.shared = new Kit.Shared(language, root);
    }

    /** @param file relative to the root of the code */
    public static Flow.Read read(String file, String text, Jq.Language language) {
        List<Problem> problems = new ArrayList<>();
        Document document = Document.read(file, text, problems);
        if (!problems.isEmpty()) {
            return new Flow.Read(Optional.empty(), problems);
        }
        Flow flow = new FlowReader(Part.of(document, problems), language).flow();
        boolean refused = problems.stream().anyMatch(each -> each.severity() == Problem.Severity.ERROR);
        if (!refused) {
            problems.addAll(Uses.of(flow, document));
        }
        // what is declared once and used twice is read twice
        return new Flow.Read(
                refused ? Optional.empty() : Optional.of(flow),
                problems.stream().distinct().toList());
    }

    private Flow flow() {
        root.only("a workflow with document and do", TOP);
        Part head = head();
        root.find("schedule")
                .ifPresent(part -> part.unsupported(
                        "call the function from what keeps time, such as cron with dovetail invoke --async"));
        evaluate(root.at("evaluate"));
        List<String> secrets = reused(root.at("use"));
        Map<String, Task> functions = functions(shared.declared("functions"));
        Kit whole = Kit.of(shared);
        List<Task> tasks = TaskReader.list(root.need("do", "the tasks of the workflow"), whole);
        Optional<Value> input = TaskReader.transform(root.at("input"), "from", whole);
        Optional<Value> output = TaskReader.transform(root.at("output"), "as", whole.with("context"));
        Optional<Span> timeout = TaskReader.timeout(root.at("timeout"), whole);
        return new Flow(
                head.at("name").json().asText(),
                root.place(),
                root.json(),
                input,
                output,
                timeout,
                secrets,
                functions,
                UndoReader.all(shared, functions),
                tasks,
                shared.timed);
    }

    private Part head() {
        Part head = root.need("document", "an object with dsl, namespace, name and version")
                .only(
                        "an object with dsl, namespace, name and version",
                        Set.of("dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata"));
        Part dsl = head.need("dsl", "the version of the DSL, such as '1.0.3'");
        if (dsl.there() && !dsl.json().asText().matches("1\\.0(\\.\\d+)?(-.+)?")) {
            dsl.unlike("a version 1.0 of the DSL, such as '1.0.3'");
        }
        for (String key : List.of("namespace", "name")) {
            Part part = head.need(key, "a name");
            if (part.there() && !part.json().asText().matches("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")) {
                part.unlike("letters, digits and dashes, at most 63");
            }
        }
        Part version = head.need("version", "a semantic version, such as '0.1.0'");
        if (version.there() && !version.json().asText().matches("\\d+\\.\\d+\\.\\d+([-+].+)?")) {
            version.unlike("a semantic version, such as '0.1.0'");
        }
        return head;
    }

    private static void evaluate(Part part) {
        part.only("an object with language and mode", Set.of("language", "mode"));
        if (part.at("language").there() && !part.at("language").json().asText().equals("jq")) {
            part.at("language").unlike("jq, the one language of expressions that is supported");
        }
        if (part.at("mode").there() && !part.at("mode").json().asText().equals("strict")) {
            part.at("mode").unlike("strict, the one mode that is supported: expressions stand in ${ }");
        }
    }

    /** Checks what is declared for reuse, whether it is used or not; answers the names of the secrets. */
    private List<String> reused(Part use) {
        use.only("an object", REUSED);
        use.find("catalogs").ifPresent(part -> part.unsupported("call functions of the tenant by name"));
        use.find("extensions").ifPresent(part -> part.unsupported("write the tasks where they belong"));
        Kit kit = Kit.of(shared, "context", "input", "task", "error");
        each(use.at("errors"), part -> ErrorReader.error(part, kit));
        each(use.at("retries"), part -> ErrorReader.retry(part, kit));
        each(use.at("timeouts"), part -> {
            if (part.json().isTextual()) {
                part.unlike("a timeout, such as {after: PT30S}");
            } else {
                TaskReader.timeout(part, kit);
            }
        });
        each(use.at("authentications"), part -> CallReader.login(part, kit));
        List<String> secrets = new ArrayList<>();
        for (Part name : use.at("secrets").each("a list of names")) {
            secrets.add(name.text("the name of a secret"));
        }
        return secrets;
    }

    private static void each(Part declared, Consumer<Part> read) {
        declared.keys("an object with names").forEach(name -> read.accept(declared.at(name)));
    }

    private Map<String, Task> functions(Part declared) {
        Map<String, Task> functions = new LinkedHashMap<>();
        Kit kit = Kit.of(shared);
        for (String name : declared.keys("an object with names")) {
            Set<String> used = new HashSet<>();
            shared.used.put(name, used);
            functions.put(name, TaskReader.task(declared.at(name), name, kit.noting(used), Set.of()));
        }
        for (String name : functions.keySet()) {
            if (calls(functions.get(name), functions, new ArrayList<>(List.of(name)))) {
                declared.at(name).wrong("calls itself, at once or through others; expected a call that ends");
            }
        }
        return functions;
    }

    /** Whether a task leads back to the last of these functions. */
    private static boolean calls(Task task, Map<String, Task> functions, List<String> path) {
        for (Task inner : Inside.of(task)) {
            if (inner.work() instanceof Work.Reuse(String name, var _)) {
                if (name.equals(path.getFirst())) {
                    return true;
                }
                if (!path.contains(name) && functions.containsKey(name)) {
                    path.add(name);
                    if (calls(functions.get(name), functions, path)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
