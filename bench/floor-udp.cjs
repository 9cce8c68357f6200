// The least that a script for Node does who sends datagrams at a pace: so many, of so many bytes, in bursts of so many every 5 ms.
//
//     node bench/floor-udp.cjs PORT DATAGRAMS BYTES BURST
const { createSocket } = require('node:dgram');

const [port, datagrams, bytes, burst] = process.argv.slice(2).map(Number);
const PAUSE = 5;

const socket = createSocket('udp4');
socket.connect(port, '127.0.0.1', () => {
  const begin = performance.now();
  let sent = 0;
  const send = () => {
    // A pause that took too long is made up for, but never by more than a second burst.
    const due = Math.ceil((performance.now() - begin) / PAUSE) * burst;
    const until = Math.min(datagrams, due, sent + 2 * burst);
    for (; sent < until; sent++) socket.send(Buffer.alloc(bytes, 'x'));
    if (sent < datagrams) setTimeout(send, PAUSE);
    else setTimeout(() => socket.close(), PAUSE);
  };
  send();
});
