package io.busbar.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written {@code 512}, {@code 64KiB} or {@code 1MiB}; {@code 1e6} is a million.
 */
public record Size(long bytes) {
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,9})(?:[eE]\\+?(\\d)|\\s*(B|KiB|MiB|GiB))?");

  /** Returns the size; throws IllegalArgumentException for another text. */
  public static Size parse(String written) {
    Matcher matcher = WRITTEN.matcher(written.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be a size like 512, 64KiB or 1MiB");
    }
    long number = Long.parseLong(matcher.group(1));
    if (matcher.group(2) != null) {
      return new Size(number * (long) Math.pow(10, Integer.parseInt(matcher.group(2))));
    }
    long unit =
        switch (matcher.group(3) == null ? "B" : matcher.group(3)) {
          case "KiB" -> 1L << 10;
          case "MiB" -> 1L << 20;
          case "GiB" -> 1L << 30;
          default -> 1L;
        };
    return new Size(number * unit);
  }

  public static Size ofKiB(long kibibytes) {
    return new Size(kibibytes << 10);
  }

  public static Size ofMiB(long mebibytes) {
    return new Size(mebibytes << 20);
  }

  /** Returns the bytes as an int, for buffers. */
  public int asInt() {
    return Math.toIntExact(bytes);
  }

  @Override
  public String toString() {
    String[] units = {"", "KiB", "MiB", "GiB"};
    long number = bytes;
    int unit = 0;
    while (number != 0 && number % 1024 == 0 && unit < units.length - 1) {
      number /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%d%s", number, units[unit]);
  }
}
