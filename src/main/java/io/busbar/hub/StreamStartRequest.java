package io.busbar.hub;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request for where in a stream a subscription begins, and the listener for the result.
 *
 * @param since null for what the channel's rule says
 * @param listener runs on the session's event loop before the first message is delivered; called
 *     with null where the channel is no stream
 */
public record StreamStartRequest(
    @Nullable Since since, @Nullable Consumer<@Nullable StreamStart> listener) {}
