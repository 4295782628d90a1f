package dev.dovetail.executor.flow.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.dovetail.executor.flow.text.Part;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.executor.Problem;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads calls: of other systems over HTTP, of functions, of workflows, and of the system itself. */
final class CallReader {
    private static final Set<String> PROTOCOLS = Set.of("asyncapi", "grpc", "openapi", "a2a", "mcp");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Map<String, Work.Reply> REPLIES =
            Map.of("raw", Work.Reply.RAW, "content", Work.Reply.CONTENT, "response", Work.Reply.RESPONSE);

    /** What the system itself is asked, each with the arguments that it takes. */
    private static final Map<String, Set<String>> SYSTEM = Map.of(
            "dovetail.now", Set.of(),
            "dovetail.random", Set.of("label"),
            "dovetail.log", Set.of("message", "level", "fields"),
            "dovetail.print", Set.of("text"),
            "dovetail.progress", Set.of("fraction", "message"),
            "dovetail.checkpoint", Set.of("label"),
            "dovetail.approval", Set.of("name", "timeout", "message"),
            "dovetail.signal", Set.of("execution", "name", "payload"));

    private static final Map<String, Set<String>> NEEDED = Map.of(
            "dovetail.log", Set.of("message"),
            "dovetail.print", Set.of("text"),
            "dovetail.progress", Set.of("fraction"),
            "dovetail.approval", Set.of("name"),
            "dovetail.signal", Set.of("execution", "name"));

    private CallReader() {}

    static Work call(Part part, Kit kit) {
        Part own = part.at("call");
        Part with = part.at("with");
        String name = own.text("http, or the name of a function");
        if (name.equals("http")) {
            return request(part.need("with", "an object with method and endpoint"), kit);
        }
        if (PROTOCOLS.contains(name)) {
            own.report(
                    "UNSUPPORTED",
                    Problem.Severity.ERROR,
                    "is " + own.quoted() + ", which is not supported; supported are http, the names of functions, "
                            + "those of /use/functions, and " + String.join(", ", new TreeSet<>(SYSTEM.keySet())));
            return new Work.Assign(new Value.Fixed(JsonNodeFactory.instance.nullNode()));
        }
        if (SYSTEM.containsKey(name)) {
            with.only("an object with the arguments", SYSTEM.get(name));
            for (String needed : NEEDED.getOrDefault(name, Set.of())) {
                if (!with.at(needed).there()) {
                    part.wrong("calls " + name + " without \"" + needed + "\"; expected it in with");
                }
            }
            Part timeout = with.at("timeout");
            if (!timeout.json().toString().contains("${")) {
                kit.span(timeout); // what it says is looked at when it is asked
            }
            Value none = new Value.Fixed(JsonNodeFactory.instance.objectNode());
            return new Work.Ask(name, with.there() ? kit.value(with) : none);
        }
        Optional<Value> input = with.there() ? Optional.of(kit.value(with)) : Optional.empty();
        if (kit.shared().declared("functions").at(name).there()) {
            return new Work.Reuse(name, input);
        }
        if (own.json().isTextual() && !callable(name)) {
            own.unlike("http, the name of a function (a lower-case letter, then lower-case letters, digits or dashes), "
                    + "its GTS id, one of /use/functions, or one of "
                    + String.join(", ", new TreeSet<>(SYSTEM.keySet())));
        }
        return new Work.Invoke(name, input, true, false);
    }

    private static boolean callable(String name) {
        return Name.find(name).isPresent() || name.startsWith("gts.") && name.endsWith("~");
    }

    static Work run(Part own, Kit kit) {
        own.only("an object with workflow", Set.of("workflow", "container", "script", "shell", "await", "return"));
        for (String other : new String[] {"container", "script", "shell", "return"}) {
            own.find(other)
                    .ifPresent(part -> part.unsupported("supported is workflow; for code, call a function of a "
                            + "runtime such as python3.11 or node20"));
        }
        Part workflow = own.need("workflow", "an object with the name of a workflow")
                .only("an object", Set.of("namespace", "name", "version", "input"));
        Part name = workflow.need("name", "the name of a workflow");
        if (!name.text("the name of a workflow").isEmpty()
                && !callable(name.json().textValue())) {
            name.unlike("the name of a workflow or function: a lower-case letter, then lower-case letters, digits or "
                    + "dashes");
        }
        workflow.at("namespace").text("text");
        Part version = workflow.at("version");
        if (version.there() && !version.json().asText().equals("latest")) {
            version.unlike("latest, or nothing: which version of a function runs is said where it is deployed");
        }
        Optional<Value> input = workflow.find("input").map(kit::value);
        return new Work.Invoke(name.json().asText(), input, own.at("await").flag(true), true);
    }

    private static Work request(Part with, Kit kit) {
        with.only(
                "an object with method and endpoint",
                Set.of("method", "endpoint", "headers", "body", "query", "output", "redirect"));
        Part method = with.need("method", "an HTTP method");
        String verb = method.text("an HTTP method").toUpperCase(Locale.ROOT);
        if (method.json().isTextual() && !METHODS.contains(verb)) {
            method.unlike("one of " + String.join(", ", new TreeSet<>(METHODS)));
        }
        Part endpoint = with.need("endpoint", "a URI, or an object with uri");
        Part uri = endpoint.json().isObject()
                ? endpoint.only("an object with uri and authentication", Set.of("uri", "authentication"))
                        .need("uri", "a URI")
                : endpoint;
        uri.text("a URI, such as https://example.com/orders/{id}");
        String output = with.at("output").there() ? with.at("output").text("raw, content or response") : "content";
        if (!REPLIES.containsKey(output) && with.at("output").json().isTextual()) {
            with.at("output").unlike("raw, content or response");
        }
        Value none = new Value.Fixed(JsonNodeFactory.instance.objectNode());
        return new Work.Request(
                new Value.Fixed(new TextNode(verb)),
                kit.value(uri),
                endpoint.json().isObject()
                        ? endpoint.find("authentication").flatMap(part -> login(part, kit))
                        : Optional.empty(),
                with.find("headers")
                        .map(part -> kit.object(part, "an object of headers"))
                        .orElse(none),
                with.find("query")
                        .map(part -> kit.object(part, "an object of parameters"))
                        .orElse(none),
                with.find("body").map(kit::value),
                REPLIES.getOrDefault(output, Work.Reply.CONTENT),
                with.at("redirect").flag(false));
    }

    /** How a request shows who asks; declared ones are read where they are used. */
    static Optional<Work.Login> login(Part part, Kit kit) {
        if (part.json().isTextual()) {
            return kit.declared("authentications", part).flatMap(declared -> login(declared, kit));
        }
        if (part.at("use").there()) {
            return kit.declared("authentications", part.at("use"))
                    .filter(declared -> !declared.at("use").there())
                    .flatMap(declared -> login(declared, kit));
        }
        part.only(
                "basic or bearer, or the name of an authentication",
                Set.of("basic", "bearer", "use", "certificate", "digest", "oauth2", "oidc"));
        for (String other : new String[] {"certificate", "digest", "oauth2", "oidc"}) {
            part.find(other).ifPresent(found -> found.unsupported("supported are basic and bearer"));
        }
        if (part.at("basic").there()) {
            Part basic = part.at("basic").only("username and password", Set.of("username", "password"));
            return Optional.of(new Work.Login.Basic(
                    kit.value(basic.need("username", "text")), kit.value(basic.need("password", "text"))));
        }
        if (part.at("bearer").json().isTextual()) {
            return Optional.of(new Work.Login.Bearer(kit.value(part.at("bearer"))));
        }
        if (part.at("bearer").there()) {
            Part bearer = part.at("bearer").only("an object with token", Set.of("token"));
            return Optional.of(new Work.Login.Bearer(kit.value(bearer.need("token", "text"))));
        }
        return Optional.empty();
    }
}
