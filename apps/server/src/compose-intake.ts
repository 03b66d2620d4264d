import type { ComposedWatch } from './compose-watch.ts'
import type { Foundation } from './foundation.ts'
import { Intake, type Sinks } from './ingest/intake.ts'

/** What takes the facts of one project. */
type Watch = Pick<ComposedWatch, 'events' | 'takeLines' | 'factsChanged'>

/** The door for everything that clients report, of all projects. */
export function composeIntake(
  { store, environment, ingestKeys, intakeCounter, now, newId }: Foundation,
  /** Null for a project that this server keeps not, or no longer. */
  watchOf: (project: string) => Watch | null,
): Intake {
  const sinksOf = (project: string) => {
    const watch = watchOf(project)
    return watch && sinksInto(project, watch, store.metrics)
  }
  const secret = (name: string) => environment.all[name]
  return new Intake({ keys: ingestKeys, counter: intakeCounter, sinksOf, secret, now, newId })
}

const sinksInto = (project: string, watch: Watch, metrics: Foundation['store']['metrics']): Sinks => ({
  events: (facts, bytes) => watch.events.add(facts, bytes),
  lines: (facts, bytes) => watch.takeLines(facts, bytes),
  async runs(facts) {
    await metrics.record(project, facts)
    watch.factsChanged()
  },
  async jobs(facts) {
    for (const fact of facts) await metrics.addJobs(project, fact)
    watch.factsChanged()
  },
})
