/** The admin port: health, metrics, the console and its API. Only {@code io.busbar} uses it. */
package io.busbar.admin;
