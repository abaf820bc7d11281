package io.busbar.config;

/** The text of an exception for operators and authors of features. It is not for clients. */
public final class Reason {
  private Reason() {}

  /** Returns the message of the exception; the name of its class if it has none. */
  public static String of(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isBlank() ? cause.getClass().getName() : message;
  }
}
