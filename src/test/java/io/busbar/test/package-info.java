/**
 * A node inside the tests of a feature: {@code busbar-test}. This package is public API. The build
 * puts it, and none of our own tests, into the jar with the classifier {@code test}.
 */
package io.busbar.test;
