// The peers on Node. With ws every message on /echo goes back, every other one to all clients. With socket.io a client
// enters rooms and says things there, as it does with Busbar's main namespace.
const port = Number(process.argv[3] || 0);

function plain(options) {
  const {WebSocketServer} = require('ws');
  const server = new WebSocketServer({host: '127.0.0.1', port, ...options});
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
}

function socketio() {
  const http = require('http').createServer();
  // The load does not answer pings.
  const io = new (require('socket.io').Server)(http, {pingInterval: 3_600_000});
  io.on('connection', socket => {
    socket.on('subscribe', (room, options, done) => {
      socket.join(room);
      done();
    });
    socket.on('publish', (room, body) => io.to(room).emit(room, body));
  });
  http.listen(port, '127.0.0.1', () => console.log('ready ' + http.address().port));
}

const deflate = () => plain({perMessageDeflate: {threshold: 512}});

({plain, deflate, socketio})[process.argv[2]]();
