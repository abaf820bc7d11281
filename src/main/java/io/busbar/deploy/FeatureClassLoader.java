package io.busbar.deploy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;

/**
 * The classes of one version of a feature. Of the gateway's class path it sees Vert.x and what
 * stands in Vert.x's own signatures; every other library is the feature's own, so that two features
 * may have two versions of one, and neither meets ours.
 */
public final class FeatureClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** What a feature and the gateway must have in common. */
  private static final List<String> SHARED =
      List.of("io.vertx.", "io.netty.", "com.fasterxml.jackson.core.");

  private final ClassLoader gateway;
  private final List<String> more;

  FeatureClassLoader(Path jar, ClassLoader gateway) {
    this(jar, gateway, List.of());
  }

  /**
   * That of a feature.
   *
   * @param gateway has what the feature shares
   * @param more packages that it shares, each with a dot at its end
   */
  public FeatureClassLoader(Path jar, ClassLoader gateway, List<String> more) {
    super(new URL[] {url(jar)}, ClassLoader.getPlatformClassLoader());
    this.gateway = gateway;
    this.more = more;
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private boolean isShared(String name) {
    return SHARED.stream().anyMatch(name::startsWith) || more.stream().anyMatch(name::startsWith);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return isShared(name) ? gateway.loadClass(name) : super.loadClass(name, resolve);
  }

  @Override
  public URL getResource(String name) {
    return isShared(name.replace('/', '.')) ? gateway.getResource(name) : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return isShared(name.replace('/', '.')) ? gateway.getResources(name) : super.getResources(name);
  }
}
