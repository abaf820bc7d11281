package io.busbar.hub;

/**
 * From where on a subscription hears its stream.
 *
 * @param position of the message before the first that it hears
 * @param lost why it does not hear all that it asked for; null where it does
 */
public record Start(Position position, Lost lost) {
  public boolean isRecovered() {
    return lost == null;
  }
}
