import { type PythonListener, startPythonListener } from './python-listener.ts';

/**
 * The filter, socket(7) and bpf(4), drops all that still comes, so that the acknowledgement of the first half of the close is not
 * there before the second half, as where it takes a round trip. On the loopback it would be, and no reset would follow.
 */
const LISTEN = `
import ctypes, socket, struct, time
CLOSE_WAIT, SO_ATTACH_FILTER = 8, 26
program = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    peer, _ = listener.accept()
    while peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != CLOSE_WAIT:
        time.sleep(0.001)
    if peer.recv(1, socket.MSG_PEEK):
        peer.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(program)))
        peer.shutdown(socket.SHUT_WR)
        time.sleep(0.002)
    peer.close()
`;

/** Listens at a TCP port that closes connections in order without reading what they carry; an empty one is read to its end. */
export function startHastyReceiver(): Promise<PythonListener> {
  return startPythonListener(LISTEN);
}
