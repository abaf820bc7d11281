package io.busbar.hub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a stream.
 *
 * @param epoch current epoch of the stream
 * @param first offset of the oldest stored message; head + 1 where none is stored
 * @param head offset of the newest message ever published; 0 before the first
 * @param next offset of the first message for the reader
 * @param messages messages from there on without a gap; there may be more
 * @param lost why the reader cannot start where it wanted; null where it can
 */
public record StreamPage(
    String epoch,
    long first,
    long head,
    long next,
    List<StreamMessage> messages,
    @Nullable LossReason lost) {}
