/**
 * Features in JavaScript, on GraalJS. These classes see its library: they are loaded beside it by
 * the gateway's class loader of that language, and nobody else of ours may import them.
 */
@NullMarked
package io.busbar.js;

import org.jspecify.annotations.NullMarked;
