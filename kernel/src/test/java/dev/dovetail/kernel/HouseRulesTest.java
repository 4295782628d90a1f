package dev.dovetail.kernel;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of the kernel's house that a machine can keep. */
final class HouseRulesTest {
    private static final String KERNEL = "dev.dovetail.kernel";

    /** From the top: each may use those below it. */
    private static final List<String> STOREYS = List.of(
            "http",
            "rollout",
            "trigger",
            "fabric",
            "invoke",
            "durable",
            "sweep",
            "run",
            "host",
            "stream",
            "pool",
            "catalog",
            "contract",
            "identity",
            "secret",
            "record",
            "fleet",
            "cluster",
            "plugin",
            "encryption",
            "config",
            "schema",
            "telemetry");

    /** A library, and the one package that may speak it. */
    private static final Map<String, String> HOMES = Map.of(
            "org.pf4j..", KERNEL + ".plugin",
            "io.helidon..", KERNEL + ".http",
            "com.networknt..", KERNEL + ".schema",
            "dev.cel..", KERNEL + ".durable",
            "com.cronutils..", KERNEL + ".catalog",
            "io.github.resilience4j..", KERNEL + ".host",
            "io.opentelemetry..", KERNEL + ".telemetry..");

    /** Public classes that a storey shows besides its door, with the reason. */
    private static final Map<String, Set<String>> BESIDE_THE_DOOR = Map.of(
            "plugin", Set.of("Slot", "Lease"), // held by whoever uses a plugin's service
            "pool", Set.of("Loan"), // held by whoever uses an instance
            "contract", Set.of("Shape"), // held by whoever takes what it describes
            "catalog", Set.of("Deployed", "Window"), // what a resolution answers; what a pool asks the time
            "host",
                    Set.of(
                            "PlainHost",
                            "Notes",
                            "PinnedResolver"), // what code is given; found by the JDK's service loader
            "durable",
                    Set.of(
                            "Approvals",
                            "DeadLetters",
                            "HostFunctions",
                            "Pauses",
                            "Rehearsals",
                            "Takeover"), // used by people; asked by code; given what failed
            "secret", Set.of("Disclosed", "Reading"), // held by each call
            "stream", Set.of("StreamLog", "StreamReader", "Inputs"), // held by whoever writes, reads, asks
            "record", Set.of("Archive", "Audit", "Ids"), // where old ones go; how every storey names an execution
            "run", Set.of("Debugging")); // looked at by people

    private static final Pattern BAD_NAME = Pattern.compile("(.+(Impl|Manager|Service|Helper|Utils?))|Abstract[A-Z].*");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(KERNEL);

    @Test
    @Tag("PL-10")
    void nobodyCallsUpstairs() {
        LayeredArchitecture rule =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (String storey : STOREYS) {
            rule = rule.layer(storey).definedBy(KERNEL + "." + storey + "..");
        }
        rule = rule.whereLayer(STOREYS.getFirst()).mayNotBeAccessedByAnyLayer();
        for (int i = 1; i < STOREYS.size(); i++) {
            rule = rule.whereLayer(STOREYS.get(i))
                    .mayOnlyBeAccessedByLayers(STOREYS.subList(0, i).toArray(String[]::new));
        }
        rule.check(CLASSES);
    }

    @Test
    void everyPackageIsAStorey() {
        Set<String> strange = new TreeSet<>();
        for (JavaClass each : CLASSES) {
            String rest = each.getPackageName().substring(KERNEL.length());
            if (!rest.isEmpty() && !STOREYS.contains(rest.split("\\.")[1])) {
                strange.add(each.getPackageName());
            }
        }
        assertEquals(Set.of(), strange);
    }

    @Test
    void eachLibraryHasOneHome() {
        HOMES.forEach((library, home) -> check(noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)));
    }

    @Test
    void guiceIsSpokenInModulesAndInTheKernelClassOnly() {
        check(noClasses()
                .that(describe(
                        "are neither modules nor the kernel",
                        each -> !outermost(each).getSimpleName().matches(".*Module|Kernel|Strict")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.inject.."));
    }

    private static JavaClass outermost(JavaClass each) {
        return each.getEnclosingClass().map(HouseRulesTest::outermost).orElse(each);
    }

    @Test
    @Tag("PL-01")
    @Tag("PL-02")
    void theKernelKnowsNoPlugin() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.dovetail.testkit..",
                        "dev.dovetail.starlark..",
                        "dev.dovetail.plugins..",
                        "org.h2..",
                        "com.zaxxer..",
                        "org.postgresql.."));
    }

    @Test
    void jacksonsMappersStayInSchemaAndItsTreeGoesEverywhere() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(KERNEL + ".schema..")
                .should()
                .dependOnClassesThat(assignableTo("tools.jackson.databind.ObjectMapper")
                        .or(resideInAPackage("com.fasterxml.jackson.annotation.."))
                        .or(resideInAPackage("tools.jackson.databind.annotation.."))));
    }

    @Test
    void aStoreyHasOneDoor() {
        Map<String, Set<String>> doors = new TreeMap<>();
        for (JavaClass each : CLASSES) {
            String storey = each.getPackageName().substring(KERNEL.length()).replaceFirst("^\\.", "");
            if (STOREYS.contains(storey)
                    && isDoor(each)
                    && !BESIDE_THE_DOOR.getOrDefault(storey, Set.of()).contains(each.getSimpleName())) {
                doors.computeIfAbsent(storey, key -> new TreeSet<>()).add(each.getSimpleName());
            }
        }
        doors.values().removeIf(each -> each.size() == 1);
        assertEquals(Map.of(), doors, "storeys with several doors");
    }

    /** A public class that is no value, choice, port, failure or module. */
    private static boolean isDoor(JavaClass each) {
        return each.getModifiers().contains(JavaModifier.PUBLIC)
                && each.isTopLevelClass()
                && !each.isRecord()
                && !each.isEnum()
                && !each.isInterface()
                && !each.isAssignableTo(Throwable.class)
                && !each.getSimpleName().endsWith("Module");
    }

    @Test
    void namesSayWhatAThingIs() {
        List<String> bad = CLASSES.stream()
                .filter(each -> BAD_NAME.matcher(each.getSimpleName()).matches())
                .map(JavaClass::getName)
                .toList();
        assertEquals(List.of(), bad);
    }

    @Test
    void nobodyWritesToTheStandardStreamsOrToTheLoggingOfTheJdk() {
        String logging = KERNEL + ".telemetry..";
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES.that(
                describe("do not write the log", each -> !each.getPackageName().startsWith(KERNEL + ".telemetry"))));
        check(noClasses()
                .that()
                .resideOutsideOfPackage(logging)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.logging.."));
    }

    @Test
    void threadsAreMadeInFewPlaces() {
        // the log writer, lease renewal and timers have threads of their own, so that nothing else can hold them up
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        KERNEL,
                        KERNEL + ".plugin..",
                        KERNEL + ".telemetry..",
                        KERNEL + ".cluster..",
                        KERNEL + ".durable..")
                .should()
                .callMethodWhere(describe("makes a thread", HouseRulesTest::makesAThread))
                .orShould()
                .callConstructorWhere(
                        describe("makes a thread", call -> call.getTargetOwner().isAssignableTo(Thread.class))));
    }

    private static boolean makesAThread(JavaMethodCall call) {
        String owner = call.getTargetOwner().getName();
        return owner.equals("java.lang.Thread")
                        && Set.of("ofVirtual", "ofPlatform", "startVirtualThread")
                                .contains(call.getName())
                || owner.equals("java.util.concurrent.Executors") && !takesAFactory(call);
    }

    private static boolean takesAFactory(JavaMethodCall call) {
        return call.getTarget().getRawParameterTypes().stream()
                .anyMatch(type -> type.getName().equals("java.util.concurrent.ThreadFactory"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }

    /** A try with resources compiles to catching everything, so this one reads the source. */
    @Test
    void onlyTheBoundaryCatchesEverything() throws IOException {
        Pattern everything = Pattern.compile("catch\\s*\\(\\s*(final\\s+)?(\\w+\\s*\\|\\s*)*Throwable\\b");
        List<String> found = sources()
                .filter(each -> everything.matcher(read(each)).find())
                .map(each -> each.getFileName().toString())
                .toList();
        assertEquals(List.of("Boundary.java"), found);
    }

    private static Stream<Path> sources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String root : List.of("src/main/java", "src/test/java")) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                files.filter(each -> each.toString().endsWith(".java")).sorted().forEach(all::add);
            }
        }
        assertFalse(all.isEmpty());
        return all.stream();
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
