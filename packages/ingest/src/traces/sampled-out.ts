/** A trace is kept whole or not at all, by its id: the same on every server. `share` is that of those that are kept. */
export const isSampledOut = (traceId: string | null, share: number): boolean =>
  share < 1 && Number.parseInt(traceId?.slice(-8) || '0', 16) / 0x1_0000_0000 >= share
