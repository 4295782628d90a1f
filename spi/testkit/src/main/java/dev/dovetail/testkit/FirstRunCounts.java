package dev.dovetail.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What failed once stays failed, even where failed tests are run again in the same JVM, as Surefire does with
 * {@code rerunFailingTestsCount}: it fails for the reason it failed for first. For tests that draw from chance or race on
 * purpose, whose one failure in a hundred runs is what they are there to find.
 */
@Documented
@ExtendWith(FirstFailures.class)
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface FirstRunCounts {}
