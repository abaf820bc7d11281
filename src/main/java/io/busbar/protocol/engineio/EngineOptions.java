package io.busbar.protocol.engineio;

import java.util.List;

/**
 * How Engine.IO is spoken at one path.
 *
 * @param revisions those that are spoken
 * @param polling whether a session may begin with requests
 * @param webSocket whether there are WebSockets
 * @param maxPayload bytes of one request or message of a client
 */
public record EngineOptions(
    List<EngineRevision> revisions,
    boolean polling,
    boolean webSocket,
    long pingIntervalMillis,
    long pingTimeoutMillis,
    long upgradeTimeoutMillis,
    int maxPayload) {}
