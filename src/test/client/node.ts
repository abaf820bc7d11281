/** In Node, without a browser's types: the constructor of ws fits, and nothing else of it is needed. */

import {connect, type Message} from 'busbar-client';
import {Link} from 'busbar-client/link';
import {WebSocket} from 'ws';

const bus = connect(new URL('http://127.0.0.1:8080/eventbus'), {WebSocket, transport: 'websocket'});
const answer: Message<number> = await bus.request<number>('double', 21, {timeout: 1000});
console.log(answer.body.toFixed());
const link = new Link({url: 'http://127.0.0.1:8080/chat', WebSocket});
link.on('message', data => console.log(typeof data === 'string' ? data.length : data.byteLength));
bus.close();
link.close();
