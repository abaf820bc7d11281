/** Checks what clients receive when SIGTERM stops the gateway. */

import assert from 'node:assert/strict';
import {ask, check, run} from './lib/checks.mjs';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {joined} from './lib/chat.mjs';
import {SockJsConnection, TRANSPORTS} from './lib/sockjs-connection.mjs';
import {WsClient} from './lib/ws-client.mjs';

const GOODBYE = {code: 1001, reason: 'server is stopping'};

check('everybody is told goodbye', async () => {
  const plain = await WsClient.open('/echo');
  const bridge = await WsClient.open('/eventbus/websocket');
  const chat = await WsClient.open('/chat');
  await joined(chat);
  const stocks = await WsClient.open('/stocks');
  stocks.say({stocks: ['AAPL']});
  await stocks.json();
  const sockJs = [];
  for (const transport of TRANSPORTS) sockJs.push(await SockJsConnection.open('/echo', transport));
  const polls = await SockJsConnection.open('/chat', 'xhr-polling');
  await joined(polls);
  const buses = [];
  for (const name of PACKAGES) buses.push(await BusClient.open(name));

  await ask('terminate');

  for (const client of [plain, bridge, chat, stocks]) assert.deepEqual(await client.closed, GOODBYE);
  for (const connection of [...sockJs, polls]) {
    assert.deepEqual(await connection.closed, GOODBYE, connection.name);
  }
  for (const bus of buses) await bus.lost.next('the end of the connection');

  for (const client of [chat, polls]) {
    const last = await client.inbox.find('the farewell', text => JSON.parse(text).nickname === 'Server');
    const {type, message} = JSON.parse(last);
    assert.deepEqual([type, message], ['notification', 'Server has disconnected']);
  }
});

check('the port is free then', async () => {
  await ask('end');
  await assert.rejects(WsClient.open('/echo'), ({code}) => code === 'ECONNREFUSED');
});

await run();
