package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.schema.Problem;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.schema.Uncheckable;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.VersionId;
import dev.dovetail.spi.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A version as the catalog holds it: what the pipeline needs of it for each call, worked out once and kept as long as
 * the version is as it is.
 */
public final class Deployed {
    private final Function function;
    private final Version version;
    private final VersionId id;
    private final Traits traits;
    private final Schemas schemas;
    private final Set<String> referred;
    private volatile Optional<Contract> contract = Optional.empty();

    Deployed(Function function, Version version, Schemas schemas) {
        this.function = function;
        this.version = version;
        this.id = new VersionId(function.tenant(), function.name(), version.number(), version.code());
        this.schemas = schemas;
        this.referred = version.environment().values().stream()
                .flatMap(value -> Secret.named(value).stream())
                .collect(Collectors.toUnmodifiableSet());
        this.traits = Traits.of(
                version.traits().isEmpty() ? schemas.object() : schemas.parse(version.traits()), function.kind());
    }

    public Function function() {
        return function;
    }

    public Version version() {
        return version;
    }

    public VersionId id() {
        return id;
    }

    public Traits traits() {
        return traits;
    }

    /** The secrets that its environment refers to, by the names as they are written there. */
    public Set<String> referred() {
        return referred;
    }

    /** Whether its code may read this secret: its environment refers to it, or it is among those that it lists. */
    public boolean mayRead(Name secret) {
        return version.secrets().contains(secret.text())
                || referred.stream().anyMatch(each -> Secrets.name(each).equals(Optional.of(secret)));
    }

    /** How many calls may be under way at once: the version's trait, or its function's setting. */
    public int maxConcurrent() {
        return traits.maxConcurrent() > 0 ? traits.maxConcurrent() : function.maxConcurrent();
    }

    /**
     * Where this input does not fit the contract.
     *
     * @throws Schemas.Malformed if it is not JSON
     * @throws Refusal CODE if the contract cannot be checked
     */
    public List<Problem> problemsOfInput(Bytes input) {
        Optional<Schemas.Checked> params = contract().params();
        if (params.isPresent()) {
            return checked(params.get(), input, "params");
        }
        schemas.checkJson(input);
        return List.of();
    }

    /**
     * Where this answer does not fit the contract.
     *
     * @param contracted whether the contract is about it: not about what undoes a step, say
     * @throws Schemas.Malformed if it is not JSON
     * @throws Refusal CODE if the contract cannot be checked
     */
    public List<Problem> problemsOfAnswer(Bytes answer, boolean contracted) {
        Optional<Schemas.Checked> returns = contracted ? contract().returns() : Optional.empty();
        if (returns.isPresent()) {
            return checked(returns.get(), answer, "returns");
        }
        schemas.checkJson(answer);
        return List.of();
    }

    private static List<Problem> checked(Schemas.Checked schema, Bytes value, String side) {
        try {
            return schema.problems(value);
        } catch (Uncheckable e) {
            throw unusable(side, e);
        }
    }

    /** It was deployed with a contract that is of no use: nobody who calls it could do better. */
    private static Refusal unusable(String side, RuntimeException e) {
        return Refusal.of(
                ErrorType.CODE,
                "The function's contract cannot be checked: /contract/" + side + ": " + e.getMessage()
                        + "; deploy it with a simpler one");
    }

    /** The parameters' names in the order of the contract, for callers that pass them by position. */
    public List<String> parameters() {
        return contract().parameters();
    }

    /** The contract as JSON; an empty object if there is none. */
    public JsonNode contractJson() {
        return version.contract().isEmpty() ? schemas.object() : schemas.parse(version.contract());
    }

    /** The traits as they were given; an empty object if there are none. */
    public JsonNode traitsJson() {
        return version.traits().isEmpty() ? schemas.object() : schemas.parse(version.traits());
    }

    /** Compiled at the first call, since most versions of a large catalog are not called. */
    private Contract contract() {
        Optional<Contract> known = contract;
        if (known.isEmpty()) {
            known = Optional.of(Contract.of(contractJson(), schemas));
            contract = known;
        }
        return known.get();
    }

    private record Contract(
            Optional<Schemas.Checked> params, Optional<Schemas.Checked> returns, List<String> parameters) {
        static Contract of(JsonNode json, Schemas schemas) {
            return new Contract(
                    compiled(json, "params", schemas),
                    compiled(json, "returns", schemas),
                    List.copyOf(json.path("params").path("properties").propertyNames()));
        }

        private static Optional<Schemas.Checked> compiled(JsonNode contract, String side, Schemas schemas) {
            JsonNode schema = contract.path(side);
            try {
                return schema.isObject() || schema.isBoolean()
                        ? Optional.of(schemas.compile(schema))
                        : Optional.empty();
            } catch (Schemas.Malformed e) {
                throw unusable(side, e);
            }
        }
    }
}
