package io.busbar.hub;

import java.util.function.Consumer;

/**
 * A request for where in a stream a subscription begins, and the listener for the result.
 *
 * @param since null for what the channel's rule says
 * @param told runs on the session's event loop before the first message is delivered; called with
 *     null where the channel is no stream
 */
public record StreamStartRequest(Since since, Consumer<StreamStart> told) {}
