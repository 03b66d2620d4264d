import type { ComposedWatch } from './compose-watch.ts'
import type { Foundation } from './foundation.ts'
import { Intake, type Sinks } from './ingest/intake.ts'
import { IntakeCounter } from './ingest/intake-counter.ts'

/** What takes the facts of one project. */
type Watch = Pick<ComposedWatch, 'events' | 'takeLines' | 'factsChanged'>

export interface ComposedIntake {
  intake: Intake
  counter: IntakeCounter
}

/** The door for everything that clients report, of all projects. */
export function composeIntake(
  { store, environment, ingestKeys, log, now, newId }: Foundation,
  /** Null for a project that this server keeps not, or no longer. */
  watchOf: (project: string) => Watch | null,
): ComposedIntake {
  const counter = new IntakeCounter({
    counts: store.intakeCounts,
    keys: store.ingestKeys,
    now,
    onError: cause => log.error({ err: cause }, 'what came in could not be counted'),
  })
  const sinksOf = (project: string) => {
    const watch = watchOf(project)
    return watch && sinksInto(project, watch, store.metrics)
  }
  const secret = (name: string) => environment.all[name]
  return { counter, intake: new Intake({ keys: ingestKeys, counter, sinksOf, secret, now, newId }) }
}

const sinksInto = (project: string, watch: Watch, metrics: Foundation['store']['metrics']): Sinks => ({
  events: (facts, bytes) => watch.events.add(facts, bytes),
  lines: facts => watch.takeLines(facts),
  async runs(facts) {
    await metrics.record(project, facts)
    watch.factsChanged()
  },
  async jobs(facts) {
    for (const fact of facts) await metrics.addJobs(project, fact)
    watch.factsChanged()
  },
})
