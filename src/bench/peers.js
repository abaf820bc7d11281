// The peer on Node: every message on /echo goes back, every other one to all clients.
const {WebSocketServer} = require('ws');
const server = new WebSocketServer({host: '127.0.0.1', port: Number(process.argv[2] || 0)});
server.on('connection', (client, request) => {
  client.on('error', () => client.terminate());
  client.on('message', (data, binary) => {
    if (request.url === '/echo') {
      client.send(data, {binary});
    } else {
      for (const other of server.clients) other.send(data, {binary});
    }
  });
});
server.on('listening', () => console.log('ready ' + server.address().port));
