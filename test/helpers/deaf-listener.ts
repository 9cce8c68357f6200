import { type PythonListener, startPythonListener } from './python-listener.ts';

/** The filter's rule, socket(7) and bpf(4): a segment that is longer than a header of TCP can be is dropped, unacknowledged. */
const LISTEN = `
import ctypes, socket, struct
rules = [(0x80, 0, 0, 0), (0x25, 0, 1, 60), (0x06, 0, 0, 0), (0x06, 0, 0, 0xffffffff)]
program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
listener = socket.create_server(("127.0.0.1", 0))
SO_ATTACH_FILTER = 26
listener.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", len(rules), ctypes.addressof(program)))
print(listener.getsockname()[1], flush=True)
accepted = []
while True:
    accepted.append(listener.accept())
`;

/**
 * Listens at a TCP port that accepts connections, and whose kernel gets none of their bytes: they stay with the sender's. When
 * it is stopped it closes its connections in order, since it has nothing that is unread.
 */
export function startDeafListener(): Promise<PythonListener> {
  return startPythonListener(LISTEN);
}
