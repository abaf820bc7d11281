/**
 * Hazelcast, which node owns a name and how it is asked, and what each node tells the others of who
 * listens on it. Used by queues, streams, presence, deployed features and {@code io.busbar}.
 */
@NullMarked
package io.busbar.cluster;

import org.jspecify.annotations.NullMarked;
