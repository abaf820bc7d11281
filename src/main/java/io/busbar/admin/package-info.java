/** The admin port: health, metrics, the console and its API. Used by {@code io.busbar} alone. */
package io.busbar.admin;
