/**
 * Features in Groovy, as scripts. These classes use its library. A class loader of their own loads
 * them together with the library, so no other package of ours may import them.
 */
@NullMarked
package io.busbar.groovy;

import org.jspecify.annotations.NullMarked;
