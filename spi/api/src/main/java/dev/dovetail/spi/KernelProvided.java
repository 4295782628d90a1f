package dev.dovetail.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a type that only the kernel makes: a plugin calls its methods, but does not implement, construct or deconstruct
 * it. It may gain methods or components in any minor version; every other type here may gain only default methods.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface KernelProvided {}
