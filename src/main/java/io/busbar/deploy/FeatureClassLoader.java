package io.busbar.deploy;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;

/**
 * The class loader of one version of a feature. From the class path of the gateway it sees Vert.x
 * and the packages in the signatures of Vert.x. Every other library is the feature's own. So two
 * features may use two versions of a library, and they never see the versions of the gateway. Any
 * thread may use it.
 */
public final class FeatureClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** The packages that a feature and the gateway must share. */
  private static final List<String> SHARED =
      List.of("io.vertx.", "io.netty.", "com.fasterxml.jackson.core.");

  private final ClassLoader gateway;
  private final List<String> more;

  FeatureClassLoader(Path jar, ClassLoader gateway) {
    this(jar, gateway, List.of());
  }

  /**
   * Makes the class loader of a feature.
   *
   * @param jar the archive of the feature
   * @param gateway the class loader that has the shared packages
   * @param more further packages to share; each ends with a dot
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
