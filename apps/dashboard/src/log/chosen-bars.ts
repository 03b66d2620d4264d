/** Bars of a histogram, from where choosing them began to where it is; either may be the later one. */
export interface Chosen {
  begin: number
  end: number
}

export const isWithin = (chosen: Chosen | null, index: number): boolean =>
  chosen !== null && index >= Math.min(chosen.begin, chosen.end) && index <= Math.max(chosen.begin, chosen.end)

/** From the beginning of the first to the end of the last. */
export function timesOf(
  bars: readonly { at: string }[],
  barMs: number,
  { begin, end }: Chosen,
): { from: string; to: string } {
  const at = (index: number) => bars[Math.min(bars.length - 1, Math.max(0, index))]?.at ?? ''
  const last = at(Math.max(begin, end))
  return { from: at(Math.min(begin, end)), to: new Date(Date.parse(last) + barMs).toISOString() }
}

/** Three times as much time around the same middle, up to now. */
export function widerRange(from: string, to: string | undefined, now: number): { from: string; to: string } {
  const [begin, end] = [Date.parse(from), to === undefined ? now : Date.parse(to)]
  const length = Math.max(1_000, end - begin)
  return {
    from: new Date(begin - length).toISOString(),
    to: new Date(Math.max(Math.min(now, end + length), begin + 1_000)).toISOString(),
  }
}
