/** Selectors: filters in the language of JMS. Used by STOMP and by the queues. */
@NullMarked
package io.busbar.selector;

import org.jspecify.annotations.NullMarked;
