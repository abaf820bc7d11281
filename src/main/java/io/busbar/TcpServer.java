package io.busbar;

import io.busbar.config.TcpPort;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * A protocol with TCP ports of its own.
 *
 * @param stanza of the config; its URLs begin with the same word
 * @param clients takes each client
 */
record TcpServer(String stanza, TcpPort config, Consumer<NetSocket> clients) {}
