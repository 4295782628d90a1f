package dev.dovetail.kernel.catalog;

import dev.dovetail.kernel.contract.Comparison;
import dev.dovetail.kernel.contract.Contract;
import dev.dovetail.kernel.contract.Contracts;
import dev.dovetail.kernel.contract.Edition;
import dev.dovetail.kernel.contract.ErrorType;
import dev.dovetail.kernel.contract.Refusal;
import dev.dovetail.kernel.plugin.RuntimeOffer;
import dev.dovetail.kernel.schema.Schemas;
import dev.dovetail.kernel.secret.Secrets;
import dev.dovetail.spi.Bytes;
import dev.dovetail.spi.Digest;
import dev.dovetail.spi.Name;
import dev.dovetail.spi.module.NativeModule.NativeFunction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes versions of what clients send: checks everything, keeps the code, and answers a version that is ready to be written. */
final class Deploys {
    private static final int LARGEST_SOURCE = 6 * 1024 * 1024;

    private final Schemas schemas;
    private final Runtimes runtimes;
    private final Claims claims;
    private final Inspection inspection;
    private final Contracts contracts;
    private final Layers layers;
    private final Natives natives;

    Deploys(
            Schemas schemas,
            Runtimes runtimes,
            Claims claims,
            Inspection inspection,
            Contracts contracts,
            Layers layers,
            Natives natives) {
        this.natives = natives;
        this.layers = layers;
        this.schemas = schemas;
        this.runtimes = runtimes;
        this.claims = claims;
        this.inspection = inspection;
        this.contracts = contracts;
    }

    /** What a new version is made from. */
    record Order(
            Name tenant,
            Name function,
            String kind,
            String gtsId,
            ObjectNode body,
            Optional<byte[]> archive,
            String by,
            Instant now) {}

    /** A checked version, whose number is only known when it is written; with a claim on its code if that came with it. */
    record Ready(Version version, List<dev.dovetail.spi.executor.Problem> warnings, Optional<Claim> claim) {
        Version numbered(int number, boolean draft, Optional<Deployed> newest, Deploys by) {
            JsonNode contract = by.json(version.contract());
            String semver = newest.map(before -> by.next(before, contract)).orElse(version.semver());
            return new Version(
                    number,
                    draft ? Version.State.DRAFT : Version.State.ACTIVE,
                    version.runtime(),
                    version.handler(),
                    version.memoryMb(),
                    version.timeoutSeconds(),
                    version.environment(),
                    version.contract(),
                    version.traits(),
                    version.code(),
                    version.codeSize(),
                    version.layers(),
                    version.secrets(),
                    semver,
                    GtsName.find(version.gtsId()).orElseThrow().of(semver),
                    version.description(),
                    version.createdBy(),
                    version.createdAt(),
                    draft ? Optional.empty() : version.publishedAt(),
                    Optional.empty());
        }
    }

    private JsonNode json(Bytes bytes) {
        return bytes.isEmpty() ? schemas.object() : schemas.parse(bytes);
    }

    private String next(Deployed before, JsonNode contract) {
        Comparison comparison = contracts.compare(contractOf(before.contractJson()), contractOf(contract));
        return edition(before.version().semver()).next(comparison.bump()).toString();
    }

    private static Edition edition(String semver) {
        String[] parts = semver.split("\\.");
        return new Edition(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    private static Contract contractOf(JsonNode json) {
        List<String> errors = new ArrayList<>();
        json.path("errors").forEach(each -> errors.add(each.stringValue()));
        return new Contract(json.path("params"), json.path("returns"), errors);
    }

    /** What is called when a function fails, and is that function, fails as well, and is called for that. */
    private static void checkHandlers(Order order, JsonNode traits) {
        JsonNode handlers = traits.path("workflow").path("compensation");
        for (String when : List.of("onFailure", "onCancel")) {
            String handler = handlers.path(when).stringValue("");
            if (handler.equals(order.function().text()) || handler.equals(order.gtsId())) {
                throw Refusal.field(
                        ErrorType.VALIDATION,
                        "/traits/workflow/compensation/" + when,
                        "expected another function than the one that it is for",
                        "\"" + handler + "\"");
            }
        }
    }

    /**
     * Checks an order, on top of the version before it if there is one.
     *
     * @param keep whether the code is kept; a dry run checks only
     * @return empty if there is nothing to deploy: no code, and no version before
     */
    Optional<Ready> prepare(Order order, Optional<Deployed> before, boolean keep) throws InterruptedException {
        ObjectNode body = order.body();
        Optional<Version> old = before.map(Deployed::version);
        String asked =
                body.path("runtime").stringValue(old.map(Version::runtime).orElse(""));
        RuntimeOffer offer = runtimes.require(asked);
        String handler =
                body.path("handler").stringValue(old.map(Version::handler).orElse(offer.handler()));
        Optional<NativeFunction> module =
                offer.isNative() ? Optional.of(natives.require(order, handler, offer)) : Optional.empty();
        Bytes contract = module.map(it -> Bytes.utf8(it.contract()))
                .orElseGet(() -> part(body, "contract", old.map(Version::contract)));
        Bytes traits = part(body, "traits", old.map(Version::traits));
        checkContract(json(contract));
        OwnLimits.check(json(traits), offer.limitsSchema(), schemas);
        Needs.check(order.kind(), json(traits), offer);
        checkHandlers(order, json(traits));
        Map<String, String> environment = Variables.of(body, old);
        Optional<byte[]> archive = module.isPresent() ? module.map(Natives::archive) : archive(order, handler, offer);
        if (archive.isEmpty() && old.isEmpty()) {
            return Optional.empty();
        }
        Digest digest =
                archive.isPresent() ? Digest.of(archive.get()) : old.get().code();
        Version version = new Version(
                1,
                Version.State.DRAFT,
                offer.runtime(),
                handler,
                body.path("memoryMb").intValue(old.map(Version::memoryMb).orElse(256)),
                body.path("timeoutSeconds")
                        .intValue(old.map(Version::timeoutSeconds).orElse(30)),
                environment,
                contract,
                traits,
                digest,
                archive.map(bytes -> (long) bytes.length)
                        .orElseGet(() -> old.get().codeSize()),
                layers.of(order.tenant(), body.path("layers"), old.map(Version::layers)),
                secrets(body, old),
                GtsName.find(order.gtsId()).orElseThrow().first(),
                order.gtsId(),
                body.path("description").stringValue(""),
                order.by(),
                order.now(),
                Optional.of(order.now()),
                Optional.empty());
        Function function = new Function(
                order.tenant(),
                order.function(),
                order.kind(),
                "",
                "",
                Map.of(),
                "",
                "",
                1,
                1,
                Scaling.USUAL,
                order.now(),
                order.now(),
                Optional.empty());
        var warnings = inspection.check(new Deployed(function, version, schemas), offer, archive);
        Optional<Claim> claim = keep && archive.isPresent()
                ? Optional.of(claims.on(order.tenant(), List.of(archive.get())))
                : Optional.empty();
        return Optional.of(new Ready(version, warnings, claim));
    }

    /** Makes a version, tries it, and keeps nothing of it. */
    <T> T tried(Order order, Entry entry, Catalog.Trial<T> trial) throws InterruptedException {
        Version version = prepare(order, entry.newest(), false)
                .orElseThrow(Edits::noCode)
                .numbered(entry.function().newest() + 1, true, entry.newest(), this);
        RuntimeOffer offer = runtimes.require(version.runtime());
        Deployed draft = new Deployed(entry.function(), version, schemas);
        Optional<byte[]> archive = offer.isNative()
                ? Optional.of(Natives.archive(natives.require(order, version.handler(), offer)))
                : archive(order, version.handler(), offer);
        return inspection.tried(draft, offer, archive, trial);
    }

    private Bytes part(ObjectNode body, String key, Optional<Bytes> old) {
        return body.has(key) ? schemas.bytes(body.get(key)) : old.orElse(Bytes.empty());
    }

    private void checkContract(JsonNode contract) {
        for (String side : List.of("params", "returns")) {
            JsonNode schema = contract.path(side);
            if (schema.isObject() || schema.isBoolean()) {
                String path = "/contract/" + side;
                schemas.unsound(schema).ifPresent(flaw -> {
                    var there = flaw.under(path);
                    throw Refusal.of(ErrorType.DEPLOY, there.told(), List.of(there));
                });
                try {
                    schemas.compile(schema);
                } catch (Schemas.Malformed e) {
                    throw Refusal.of(
                            ErrorType.VALIDATION,
                            path + ": " + e.getMessage(),
                            e.problems().stream().map(each -> each.under(path)).toList());
                }
            }
        }
    }

    private static List<String> secrets(ObjectNode body, Optional<Version> old) {
        if (!body.has("secrets")) {
            return old.map(Version::secrets).orElse(List.of());
        }
        Set<String> names = new TreeSet<>();
        body.get("secrets")
                .forEach(each -> names.add(Secrets.name(each.stringValue())
                        .orElseThrow(() -> Refusal.field(
                                ErrorType.VALIDATION,
                                "/secrets",
                                "expected names of 1 to 64 letters, digits, - or _, a letter first",
                                each.toString()))
                        .text()));
        return List.copyOf(names);
    }

    private static Optional<byte[]> archive(Order order, String handler, RuntimeOffer offer) {
        if (order.archive().isPresent()) {
            return limited(order.archive().get());
        }
        JsonNode given = order.body().path("code");
        if (given.has("source")) {
            String source = given.get("source").stringValue();
            if (source.length() > LARGEST_SOURCE) {
                throw Refusal.of(
                        ErrorType.PAYLOAD_TOO_LARGE, "/code/source has more than " + LARGEST_SOURCE + " characters");
            }
            int dot = handler.lastIndexOf('.');
            String file = (dot < 0 ? handler : handler.substring(0, dot)) + offer.suffix();
            return Optional.of(Archive.ofSource(file, source));
        }
        if (given.has("zip")) {
            try {
                return limited(Base64.getDecoder().decode(given.get("zip").stringValue()));
            } catch (IllegalArgumentException e) {
                throw Refusal.of(ErrorType.DEPLOY, "/code/zip is not base64: " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> limited(byte[] archive) {
        if (archive.length > Archive.LARGEST) {
            throw Refusal.of(
                    ErrorType.PAYLOAD_TOO_LARGE,
                    "The archive has " + archive.length + " bytes; the most is " + Archive.LARGEST);
        }
        return Optional.of(archive);
    }
}
