package dev.dovetail.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test, or every test of a class, needs of the machine. Where it is missing, the test is skipped and noted in
 * {@code target/not-proved.txt}; with {@code DOVETAIL_PROVE=all} in the environment it fails,
 * unless {@code DOVETAIL_CANNOT} lists it among the names, with commas between, of what this machine cannot have.
 */
@Documented
@ExtendWith(NeedsCondition.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Needs {
    Need[] value();
}
