package io.busbar.net;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * Who may connect to one of the clients' ports.
 *
 * @param proxies whose connections are counted by their clients' addresses
 * @param onlyProxies whether others are turned away: each connection must say whose it is
 * @param plainHttp whether somebody who is turned away is told so with a 503; in other protocols
 *     there is no word for it before a TLS handshake or a login
 * @param watch is shown each connection that is let in, before anything has come from it
 */
public record AcceptPolicy(
    Proxies proxies, boolean onlyProxies, boolean plainHttp, Consumer<Channel> watch) {}
