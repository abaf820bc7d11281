/**
 * The configuration: records with defaults and checks, and what reads them from a file, the
 * environment and the command line. Uses no other package of ours; every package but the features
 * may use it.
 */
@NullMarked
package io.busbar.config;

import org.jspecify.annotations.NullMarked;
