/** The part of the npm package that is used here; it brings no types of its own. */
declare module 'unix-dgram' {
  /** Its functions do their work at once. */
  interface UnixSocket extends NodeJS.EventEmitter {
    /** Emits `connect` or `error`. */
    connect(path: string): void;
    /** The error's code is the negative number of the system's, or 1 where the receiver's buffer is full: `writable` follows. */
    send(packet: Buffer, done: (error?: Error & { readonly code: number }) => void): void;
    /** For a receiver, as tests have one. */
    bind(path: string): void;
    close(): void;
  }

  export function createSocket(type: 'unix_dgram', onDatagram?: (datagram: Buffer) => void): UnixSocket;
}
