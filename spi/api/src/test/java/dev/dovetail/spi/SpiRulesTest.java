package dev.dovetail.spi;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The rules of the contract's form that a machine can keep. */
final class SpiRulesTest {
    private static final String SPI = "dev.dovetail.spi";

    /** What may cross between kernel and plugin besides the SPI's own types: nothing of a plugin's can hide in these. */
    private static final Set<String> CROSSING = Set.of(
            "java.lang.String",
            "java.lang.AutoCloseable",
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Double",
            "java.lang.Comparable",
            "java.lang.System$Logger",
            "java.lang.System$Logger$Level",
            "java.util.Optional",
            "java.util.List",
            "java.util.Map",
            "java.util.Set",
            "java.util.function.Consumer", // a visitor of the kernel's
            "java.io.InputStream", // the kernel's too, as the next one is
            "java.io.OutputStream",
            "java.nio.ByteBuffer",
            "java.nio.file.Path",
            "java.security.MessageDigest",
            "java.util.concurrent.ThreadFactory",
            "byte[]");

    private static final Pattern BAD_NAME = Pattern.compile("(.*(Impl|Manager|Service|Helper|Utils?))|Abstract[A-Z].*");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(SPI);

    @Test
    void itNeedsOnlyTheJdk() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(SPI + "..", "java..")
                .check(CLASSES);
    }

    @Test
    void sharedWordsComeFirst() {
        classes()
                .that()
                .resideInAPackage(SPI)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(SPI, "java..")
                .check(CLASSES);
    }

    @Test
    void itsPackagesHaveNoCycles() {
        slices().matching(SPI + ".(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void thereIsNothingToExtend() {
        Set<String> open = new TreeSet<>();
        for (JavaClass each : CLASSES) {
            boolean closed = each.isInterface()
                    || each.isRecord()
                    || each.isEnum()
                    || each.isAnonymousClass()
                    || each.getModifiers().contains(JavaModifier.FINAL);
            if (!closed) {
                open.add(each.getName());
            }
        }
        assertEquals(Set.of(), open);
    }

    @Test
    void onlyValuesAndServicesCross() {
        Set<String> strange = new TreeSet<>();
        for (JavaClass each : CLASSES) {
            for (JavaMethod method : each.getMethods()) {
                if (isPublished(method)) {
                    method.getParameterTypes().forEach(type -> collect(method.getFullName(), type, strange));
                    collect(method.getFullName(), method.getReturnType(), strange);
                }
            }
        }
        assertEquals(Set.of(), strange);
    }

    private static boolean isPublished(JavaMethod method) {
        return method.getModifiers().contains(JavaModifier.PUBLIC)
                && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !method.getModifiers().contains(JavaModifier.BRIDGE)
                && !Set.of("equals", "values", "valueOf").contains(method.getName());
    }

    private static void collect(String where, JavaType type, Set<String> strange) {
        type.getAllInvolvedRawTypes().stream()
                .filter(raw -> !raw.isPrimitive()
                        && !raw.getPackageName().startsWith(SPI)
                        && !raw.getPackageName().equals("java.time")
                        && !CROSSING.contains(raw.getName())
                        && !raw.getName().equals("[B"))
                .forEach(raw -> strange.add(raw.getName() + " in " + where));
    }

    @Test
    void itKeepsNoState() {
        Set<String> changing = new TreeSet<>();
        for (JavaClass each : CLASSES) {
            for (JavaField field : each.getFields()) {
                boolean fixed = field.getModifiers().contains(JavaModifier.FINAL);
                if (field.getModifiers().contains(JavaModifier.STATIC) && !fixed) {
                    changing.add(field.getFullName());
                }
            }
        }
        assertEquals(Set.of(), changing);
    }

    @Test
    void namesSayWhatAThingIs() {
        Set<String> bad = new TreeSet<>();
        for (JavaClass each : CLASSES) {
            if (BAD_NAME.matcher(each.getSimpleName()).matches()) {
                bad.add(each.getName());
            }
            for (JavaMethod method : each.getMethods()) {
                boolean own = !each.isAssignableTo(Throwable.class);
                if (own && isPublished(method) && method.getName().matches("[gs]et[A-Z].*")) {
                    bad.add(method.getFullName());
                }
            }
        }
        assertEquals(Set.of(), bad);
    }
}
