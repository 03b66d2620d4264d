import type { Listing } from './tree.ts'

/** A script under way in a package; without an end it may still be. */
export interface Activity {
  ticket: string
  /** Tickets of the scripts it was started by. */
  within: readonly string[]
  dir: string
  from: number
  to?: number
}

export interface Witnessed {
  own: Activity
  before: Listing
  after: Listing
  /** The package a file lies in. */
  ownerOf(path: string): string
  isTracked(path: string): boolean
  /** Whether a file of that package is among its inputs. */
  isRead(path: string, dir: string): boolean
  /** Every script of the job so far. */
  activities: readonly Activity[]
}

/** What a task left in its package: paths that are new or differ, and paths that are gone. */
export type Judgement = { kind: 'fit'; wrote: string[]; gone: string[] } | { kind: 'unfit'; reason: string }

/**
 * Whether the files tell what a task did: everything that changed while it ran lies in its package and was made by it alone,
 * or lies where another script was at work that is none of its business.
 */
export function judgeTask({ own, before, after, ownerOf, isTracked, isRead, activities }: Witnessed): Judgement {
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(path => before.get(path) !== after.get(path))
  const others = activities.filter(each => each !== own && !areRelated(each, own) && overlap(each, own))
  for (const path of changed.sort()) {
    const owner = ownerOf(path)
    const isOwn = own.dir === '.' || owner === own.dir
    const somebody = others.some(({ dir }) => dir === owner)
    if (!isOwn && isRead(path, owner)) return unfit(`${path}, which it may read, changed while it ran`)
    if (!isOwn && !somebody) return unfit(`${path}, which is not in its package, changed while it ran`)
    if (isOwn && somebody) return unfit(`${path} changed while another script ran in the same package`)
    if (isOwn && isTracked(path)) return unfit(`it changed ${path}`)
    if (isOwn && after.get(path) === 'special') return unfit(`it left ${path}, which is no file`)
  }
  const mine = changed.filter(path => own.dir === '.' || ownerOf(path) === own.dir)
  return { kind: 'fit', wrote: mine.filter(path => after.has(path)), gone: mine.filter(path => !after.has(path)) }
}

const unfit = (reason: string): Judgement => ({ kind: 'unfit', reason })

const areRelated = (a: Activity, b: Activity): boolean => a.within.includes(b.ticket) || b.within.includes(a.ticket)

const overlap = (a: Activity, b: Activity): boolean =>
  (a.to === undefined || b.from <= a.to) && (b.to === undefined || a.from <= b.to)
