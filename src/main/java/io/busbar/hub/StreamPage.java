package io.busbar.hub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a stream.
 *
 * @param epoch of the stream now
 * @param first the offset of the oldest message that is kept; head + 1 where none is
 * @param head the offset of the newest message that there was; 0 before the first
 * @param next the offset of the first message that the reader is to have
 * @param messages from there on, one after the other; not all that there are
 * @param lost why the reader cannot go on where it wanted to; null where it can
 */
public record StreamPage(
    String epoch,
    long first,
    long head,
    long next,
    List<StreamMessage> messages,
    @Nullable LossReason lost) {}
