/** An event as one of two services has it: which of its groups it is in. */
export interface GroupedId {
  id: string
  at: string
  group: string
}

export interface DayCounts {
  day: string
  gantry: number
  sentry: number
  both: number
}

/** Groups of the other side that hold the events of one of ours. */
export interface Spread {
  group: string
  events: number
  /** Largest first. */
  over: { group: string; events: number }[]
}

export interface Comparison {
  days: DayCounts[]
  gantry: number
  sentry: number
  both: number
  /** Issues of Gantry whose events are several in Sentry. */
  splitInSentry: Spread[]
  /** Issues of Sentry whose events are several in Gantry. */
  splitInGantry: Spread[]
  /** Issues of Gantry that are exactly one of Sentry's, as far as both have their events. */
  alike: number
  issuesInBoth: number
  /** Pairs of events: of those that one puts together, how many the other does, too. Null: it puts none together. */
  pairs: { ofGantry: number | null; ofSentry: number | null }
}

/** Compares by the ids of events; each counts once, however often it came. */
export function compareEvents(gantry: readonly GroupedId[], sentry: readonly GroupedId[]): Comparison {
  const [ours, theirs] = [byId(gantry), byId(sentry)]
  const shared = [...ours].flatMap(([id, { group }]) => {
    const other = theirs.get(id)
    return other ? [{ id, ours: group, theirs: other.group }] : []
  })
  const ofOurs = spreads(shared.map(({ ours, theirs }) => [ours, theirs]))
  const ofTheirs = spreads(shared.map(({ ours, theirs }) => [theirs, ours]))
  const split = new Set(ofTheirs.filter(isSplit).map(({ group }) => group))
  const together = [...ofOurs.flatMap(({ over }) => over)].reduce((sum, { events }) => sum + pairsOf(events), 0)
  const share = (all: Spread[]) =>
    shareOf(
      together,
      all.reduce((sum, { events }) => sum + pairsOf(events), 0),
    )
  return {
    days: daysOf(ours, theirs),
    ...{ gantry: ours.size, sentry: theirs.size, both: shared.length },
    splitInSentry: ofOurs.filter(isSplit),
    splitInGantry: ofTheirs.filter(isSplit),
    alike: ofOurs.filter(each => !isSplit(each) && !split.has(each.over[0]?.group ?? '')).length,
    issuesInBoth: ofOurs.length,
    pairs: { ofGantry: share(ofOurs), ofSentry: share(ofTheirs) },
  }
}

type ById = Map<string, GroupedId>

/** Some write ids with dashes. */
const byId = (all: readonly GroupedId[]): ById =>
  new Map(all.map(event => [event.id.replaceAll('-', '').toLowerCase(), event]))

function daysOf(ours: ById, theirs: ById): DayCounts[] {
  const days = new Map<string, DayCounts>()
  const count = (at: string, of: 'gantry' | 'sentry' | 'both') => {
    const day = new Date(at).toISOString().slice(0, 10)
    const known = days.get(day) ?? { day, gantry: 0, sentry: 0, both: 0 }
    known[of]++
    days.set(day, known)
  }
  for (const [id, { at }] of ours) {
    count(at, 'gantry')
    if (theirs.has(id)) count(at, 'both')
  }
  // An event of both has one day, whatever a clock says.
  for (const [id, { at }] of theirs) count(ours.get(id)?.at ?? at, 'sentry')
  return [...days.values()].toSorted((a, b) => a.day.localeCompare(b.day))
}

function spreads(pairs: readonly (readonly [string, string])[]): Spread[] {
  return [...Map.groupBy(pairs, ([group]) => group)]
    .map(([group, all]) => ({
      ...{ group, events: all.length },
      over: [...Map.groupBy(all, ([, other]) => other)]
        .map(([other, of]) => ({ group: other, events: of.length }))
        .toSorted((a, b) => b.events - a.events),
    }))
    .toSorted((a, b) => b.events - a.events)
}

const isSplit = ({ over }: Spread): boolean => over.length > 1
const pairsOf = (events: number): number => (events * (events - 1)) / 2
const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole)
