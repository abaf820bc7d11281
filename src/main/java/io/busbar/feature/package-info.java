/** Features: verticles that know the event bus and nothing else of ours. */
package io.busbar.feature;
