package io.busbar.protocol;

import io.busbar.config.TcpPort;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * A protocol's own TCP ports.
 *
 * @param stanza its key in the configuration; its URLs begin with the same word
 * @param clients accepts each client, on the client's event loop
 */
public record TcpServer(String stanza, TcpPort config, Consumer<NetSocket> clients) {}
