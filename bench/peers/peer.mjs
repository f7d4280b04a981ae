// What every peer is told: the hub's login, role and settings, and how many connections it may keep.
export const { connection, settings, poolSize } = JSON.parse(process.env.BENCH_PEER ?? '{}');

/** Says the port on stdout; ends with whoever started it, which holds the other end of stdin. */
export function announce(server) {
  console.log(server.address().port);
  process.stdin.on('end', () => process.exit()).resume();
}
