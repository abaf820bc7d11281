/**
 * What a queue keeps, and where: in memory, on disk or in Hazelcast. Used by the queues and the
 * streams.
 */
@NullMarked
package io.busbar.queue.store;

import org.jspecify.annotations.NullMarked;
