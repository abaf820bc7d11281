package io.busbar.hub;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where in a stream a subscription is to begin, and who is told where it does.
 *
 * @param since null for where the channel's rule says
 * @param told runs on the session's event loop, before the first message is delivered; with null
 *     where the channel is no stream
 */
public record StreamStartRequest(@Nullable Since since, @Nullable Consumer<@Nullable StreamStart> told) {}
