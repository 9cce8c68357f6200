// The least that a script for Node does who sends Graphite what a stats socket says of servers: the bytes of the cells, copied into
// lines. It checks, merges, names and confirms nothing.
//
//     node bench/floor.cjs SOCKET PORT [LINES A SERVER]
//
// The lines are those of layout haproxystats; with a number it writes its fields so often that each server has as many.
const { connect } = require('node:net');

const FIELDS =
  'bin bout chkdown chkfail cli_abrt ctime dresp econ eresp hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other lbtot qcur ' +
  'qmax qtime rate rate_max rtime scur slim smax srv_abrt stot throttle ttime weight wredis wretr';
const PIECE = 262_144;
const ROOM = 65_536;
const [COMMA, NEWLINE] = [0x2c, 0x0a];

const [path, port, lines] = process.argv.slice(2);
const chunks = [];
const haproxy = connect(path, () => haproxy.write('show info;show stat\n'));
haproxy.on('data', chunk => chunks.push(chunk));
haproxy.on('end', () => send(Buffer.concat(chunks)));

function send(answer) {
  const stat = answer.subarray(answer.indexOf('\n\n') + 2, -1);
  const begin = stat.indexOf(NEWLINE) + 1;
  const names = stat.toString('latin1', 2, begin - 1).split(',');
  const starts = findCells(stat, begin);
  const rows = Math.floor(starts.length / names.length);
  const fields = listFields(names, cell => starts[cell] + 1 < starts[cell + 1]);
  const end = Buffer.from(` ${Math.floor(Date.now() / 1000)}\n`);
  const graphite = connect(Number(port), '127.0.0.1');
  let row = 0;
  const write = () => {
    const bytes = Buffer.allocUnsafe(PIECE);
    let at = 0;
    for (; row < rows && at < PIECE - ROOM; row++) at = writeRow(bytes, at, row * names.length);
    if (at > 0) graphite.write(bytes.subarray(0, at), write);
    else graphite.end();
  };
  const writeRow = (bytes, from, first) => {
    const cell = index => stat.toString('latin1', starts[index], starts[index + 1] - 1);
    const prefix = `haproxy.host.haproxy.backend.${cell(first)}.server.${cell(first + 1)}`;
    bytes.write(prefix, from, 'latin1');
    let at = from;
    for (const { column, text } of fields) {
      const [start, stop] = [starts[first + column], starts[first + column + 1] - 1];
      if (start === stop) continue;
      bytes.copyWithin(at, from, from + prefix.length);
      at = copy(bytes, at + prefix.length, text, 0, text.length);
      at = copy(bytes, at, stat, start, stop);
      at = copy(bytes, at, end, 0, end.length);
    }
    return at;
  };
  write();
}

/** One entry a line: the fields, and again those that the first row has a value of. */
function listFields(names, hasValue) {
  const fields = FIELDS.split(' ').map(name => ({
    column: names.indexOf(name),
    text: Buffer.from(`.${name} `),
  }));
  if (lines === undefined) return fields;
  const filled = fields.filter(({ column }) => hasValue(column));
  return Array.from({ length: Number(lines) }, (_, index) => filled[index % filled.length]);
}

function findCells(stat, begin) {
  const starts = new Uint32Array(stat.length);
  starts[0] = begin;
  let cell = 0;
  for (let at = begin; at < stat.length; at++) {
    if (stat[at] === COMMA || stat[at] === NEWLINE) starts[++cell] = at + 1;
  }
  return starts.subarray(0, cell + 1);
}

function copy(to, at, from, start, stop) {
  let end = at;
  for (let index = start; index < stop; index++) to[end++] = from[index];
  return end;
}
