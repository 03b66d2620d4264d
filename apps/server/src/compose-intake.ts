import type { ComposedWatch } from './compose-watch.ts'
import type { Foundation } from './foundation.ts'
import { githubSecrets } from './github/github-access.ts'
import { Intake, type Sinks } from './ingest/intake.ts'
import type { ProjectLive } from './live/project-live.ts'
import type { OwnSecret } from './secret/secrets.ts'

/** What takes the facts of one project. */
interface Taking {
  watch: Pick<ComposedWatch, 'events' | 'takeLines' | 'factsChanged'>
  live: ProjectLive
}

/** The door for everything that clients report, of all projects. */
export function composeIntake(
  { store, secrets, environment, ingestKeys, intakeCounter, now, newId }: Foundation,
  /** Null for a project that this server keeps not, or no longer. */
  find: (project: string) => Taking | null,
): Intake {
  const sinksOf = (project: string) => {
    const taking = find(project)
    return taking && sinksInto(project, taking, store)
  }
  const webhookSecret = async (project: string, name: string) => {
    const own = ownSecrets[name]
    return (own && (await secrets.own(project, own))) ?? environment.all[name] ?? null
  }
  return new Intake({ keys: ingestKeys, counter: intakeCounter, sinksOf, webhookSecret, now, newId })
}

/** What a project may have of its own instead of a variable of the server. */
const ownSecrets: Readonly<Partial<Record<string, OwnSecret>>> = { GITHUB_WEBHOOK_SECRET: githubSecrets.webhook }

type Stores = Pick<Foundation['store'], 'metrics' | 'github'>

const sinksInto = (project: string, { watch, live }: Taking, { metrics, github }: Stores): Sinks => ({
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
  async github(deliveries) {
    for (const delivery of deliveries)
      if (await github.keepDelivery(project, delivery)) live.tell({ topic: 'github', key: '' })
  },
})
