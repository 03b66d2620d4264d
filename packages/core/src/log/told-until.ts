import { latestNewsMs } from './line-store.ts'

/** A write that was asked for, and is not among those under way yet, is there within this time. */
const writeMs = 2_000

/**
 * Up to when whoever follows lines has been told all that came, by the clock that lines are stamped with as a write of them begins. They
 * are there to be read once it ends, which on a busy disk takes long: what comes after the earliest of those under way is asked for again.
 * @param beganMs of that one; null: none is under way
 */
export function toldUntil(nowMs: number, beganMs: number | null): string {
  // Later than that nobody is told of them anyway, and a write that hangs makes nobody read more and more.
  const fromMs = Math.max(Math.min(beganMs ?? nowMs, nowMs), nowMs - latestNewsMs)
  return String(Math.floor(fromMs) - writeMs)
}
