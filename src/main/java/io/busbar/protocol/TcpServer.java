package io.busbar.protocol;

import io.busbar.config.TcpPort;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * TCP ports of a protocol's own.
 *
 * @param stanza of the config; its URLs begin with the same word
 * @param clients takes each client, on the client's event loop
 */
public record TcpServer(String stanza, TcpPort config, Consumer<NetSocket> clients) {}
