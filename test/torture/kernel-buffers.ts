import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

const hexPort = (port: number | undefined) => (port ?? 0).toString(16).toUpperCase().padStart(4, '0');

/**
 * How far a connection's bytes had come at this moment: what this process has read, and what the kernel holds of it at either end.
 * Both ends are on this machine, so bytes up to there were certainly sent before. Where the kernel does not say, none are.
 */
export function sentSoFar(socket: Socket): number {
  const [mine, theirs] = [hexPort(socket.localPort), hexPort(socket.remotePort)];
  let held = 0;
  for (const line of readTable()) {
    const [, local = '', remote = '', , queues = ''] = line.trim().split(/\s+/);
    const [sending, receiving] = queues.split(':').map((hex) => Number.parseInt(hex, 16));
    if (local.endsWith(`:${mine}`) && remote.endsWith(`:${theirs}`)) held += receiving ?? 0;
    if (local.endsWith(`:${theirs}`) && remote.endsWith(`:${mine}`)) held += sending ?? 0;
  }
  return socket.bytesRead + held;
}

function readTable(): string[] {
  try {
    return readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
}
