package io.busbar.deploy;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of a language's library and of our package that uses it. That package is in
 * busbar.jar, and the class loader of busbar.jar does not see the library. So this loader loads the
 * package again. Any thread may use it.
 */
final class LanguageClassLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  /**
   * Makes the loader. Without an archive, the library is searched on the class path of the gateway.
   *
   * @param library the archive; null for none
   * @param main a class of the package that uses the library
   */
  LanguageClassLoader(@Nullable Path library, String main) {
    super(
        urls(library),
        new Gateway(
            main.substring(0, main.lastIndexOf('.') + 1),
            LanguageClassLoader.class.getClassLoader()));
  }

  private static URL[] urls(@Nullable Path library) {
    List<URL> urls = new ArrayList<>();
    urls.add(LanguageClassLoader.class.getProtectionDomain().getCodeSource().getLocation());
    if (library != null) {
      try {
        urls.add(library.toUri().toURL());
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return urls.toArray(new URL[0]);
  }

  /** The classes of the gateway without those of one package. */
  private static final class Gateway extends ClassLoader {
    static {
      registerAsParallelCapable();
    }

    private final String without;

    private Gateway(String without, ClassLoader all) {
      super(all);
      this.without = without;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith(without)) {
        throw new ClassNotFoundException(name);
      }
      return super.loadClass(name, resolve);
    }
  }
}
