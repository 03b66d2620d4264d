import type { Machine } from './api/machine.ts'

/**
 * What Gantry writes into the metadata of a machine. After a crash, or an answer that never came, a step finds by them what it
 * has done already; they also say which release a machine is of when nobody remembers.
 */
export const tags = {
  service: 'gantry_service',
  release: 'gantry_release',
  /** One machine of one release: made at most once, however often it is asked for. */
  launch: 'gantry_launch',
  /** The release that requests were led to in its place, and when; `-` once they were led back to it. */
  left: 'gantry_left',
} as const

export const releaseOf = (machine: Machine): string | null => machine.config.metadata[tags.release] ?? null

export const leftTag = (release: string | null, at: Date): string => `${release ?? '-'} ${at.toISOString()}`

/** The release that requests were led to instead of this machine; null where they were not. */
export function leftFor({ config }: Machine): string | null {
  const [release] = (config.metadata[tags.left] ?? '').split(' ')
  return release === '' || release === '-' ? null : (release ?? null)
}

/** When requests were led away from it last: it served until then. Null for one that never did. */
export const leftAt = ({ config }: Machine): string | null => (config.metadata[tags.left] ?? '').split(' ')[1] ?? null

/** A place for one machine of a release. */
export interface Slot {
  group: string
  region: string
  /** Which of those of its group in its region, from 1. */
  number: number
}

export const launchTag = (release: string, { group, region, number }: Slot): string =>
  `${release.slice(0, 12)}.${group}.${region}.${number}`
