/**
 * Features in JavaScript, on GraalJS. These classes use its library. A class loader of their own
 * loads them together with the library, so no other package of ours may import them.
 */
@NullMarked
package io.busbar.js;

import org.jspecify.annotations.NullMarked;
