package io.busbar.net;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * The rules for connections to one of the clients' ports.
 *
 * @param proxies proxies whose connections count for their clients' addresses
 * @param onlyProxies whether only proxies may connect; each connection must name its client
 * @param plainHttp whether a refused connection gets a 503. Other protocols have no answer before a
 *     TLS handshake or a login
 * @param watch gets each accepted connection before anything was read from it
 */
public record AcceptPolicy(
    Proxies proxies, boolean onlyProxies, boolean plainHttp, Consumer<Channel> watch) {}
