package io.busbar.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The configuration of the node that {@link BusbarExtension} starts. On a test class, or on a test,
 * which then has a node of its own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface NodeConfig {
  /** YAML, as in a file. Nothing where {@link #file()} is told. */
  String value() default "";

  /** A file in YAML, relative to the folder that the tests run in. */
  String file() default "";
}
