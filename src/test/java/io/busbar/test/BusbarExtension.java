package io.busbar.test;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives tests the {@link BusbarNode} that they have as a parameter, configured by {@link
 * NodeConfig}. A test and its {@code BeforeEach} share one, which is closed after the test. One
 * that {@code BeforeAll} takes serves all tests of the class that have no {@link NodeConfig} of
 * their own. It may stand beside {@code VertxExtension}.
 */
public final class BusbarExtension
    implements ParameterResolver, AfterEachCallback, AfterAllCallback {
  private static final Namespace OURS = Namespace.create(BusbarExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == BusbarNode.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Store store = context.getStore(OURS);
    Optional<NodeConfig> own =
        context
            .getTestMethod()
            .flatMap(test -> AnnotationSupport.findAnnotation(test, NodeConfig.class));
    // A key of its own, since a store also finds what the class has.
    String key = key(own.isPresent(), context);
    return store.getOrComputeIfAbsent(
        key, absent -> start(own.or(() -> ofClass(context))), BusbarNode.class);
  }

  private static String key(boolean own, ExtensionContext context) {
    return own ? context.getUniqueId() : "node";
  }

  private static Optional<NodeConfig> ofClass(ExtensionContext context) {
    return context
        .getTestClass()
        .flatMap(tests -> AnnotationSupport.findAnnotation(tests, NodeConfig.class));
  }

  private static BusbarNode start(Optional<NodeConfig> config) {
    if (config.isEmpty()) {
      return BusbarNode.start();
    }
    String file = config.get().file();
    return file.isEmpty()
        ? BusbarNode.start(config.get().value())
        : BusbarNode.start(Path.of(file));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close(context);
  }

  /** Only what this context has itself is taken out of its store. */
  private static void close(ExtensionContext context) {
    for (boolean own : new boolean[] {true, false}) {
      BusbarNode node = context.getStore(OURS).remove(key(own, context), BusbarNode.class);
      if (node != null) {
        node.close();
      }
    }
  }
}
