import { GantryError } from '@gantry/core'
import type { ComposedWatch } from './compose-watch.ts'
import type { ForwardQueue } from './forward/forward-queue.ts'
import type { Foundation } from './foundation.ts'
import { githubSecrets } from './github/github-access.ts'
import { roomForReports } from './home/room-for-reports.ts'
import { ingestConfigs } from './ingest/ingest-configs.ts'
import { Intake, type Sinks } from './ingest/intake.ts'
import { UsualRates } from './ingest/usual-rates.ts'
import type { ProjectLive } from './live/project-live.ts'
import type { ProjectHome } from './project/project-home.ts'
import type { OwnSecret } from './secret/secrets.ts'

/** What takes the facts of one project. */
interface Taking {
  project: Pick<ProjectHome, 'current'>
  watch: Pick<ComposedWatch, 'events' | 'reports' | 'takeLines' | 'takeSessions' | 'hearCheckIns' | 'factsChanged'>
  forwards: { queue: ForwardQueue }
  live: ProjectLive
}

/** The door for everything that clients report, of all projects. */
export function composeIntake(
  { store, secrets, environment, home, ingestKeys, intakeCounter, log, now, newId }: Foundation,
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
  const settingsOf = ingestConfigs(async project => (await find(project)?.project.current())?.config ?? null)
  const usual = new UsualRates(store.intakeCounts, cause =>
    log.error({ err: cause }, 'how much each key usually sends could not be read'),
  )
  const spaceLack = roomForReports(home.dir, () => now().getTime())
  return new Intake({
    ...{ keys: ingestKeys, counter: intakeCounter, sinksOf, settingsOf, webhookSecret, usual, now, newId },
    forwardsOf: project => find(project)?.forwards.queue ?? null,
    requireRoom() {
      const lack = spaceLack()
      if (lack !== null) throw new GantryError('STORAGE_FULL', lack)
    },
  })
}

/** What a project may have of its own instead of a variable of the server. */
const ownSecrets: Readonly<Partial<Record<string, OwnSecret>>> = { GITHUB_WEBHOOK_SECRET: githubSecrets.webhook }

type Stores = Pick<Foundation['store'], 'metrics' | 'github'>

const sinksInto = (project: string, { watch, live }: Taking, { metrics, github }: Stores): Sinks => ({
  events: (facts, bytes) => watch.events.add(facts, bytes),
  lines: (facts, bytes, by) => watch.takeLines(facts, bytes, by),
  sessions: (facts, bytes) => watch.takeSessions(facts, bytes),
  items: (facts, bytes) => watch.reports.items.add(facts, bytes),
  async runs(facts) {
    await metrics.record(project, facts)
    watch.factsChanged()
  },
  async jobs(facts) {
    for (const fact of facts) await metrics.addJobs(project, fact)
    watch.factsChanged()
  },
  'check-ins': facts => watch.hearCheckIns(facts),
  async github(deliveries) {
    for (const delivery of deliveries)
      if (await github.keepDelivery(project, delivery)) live.tell({ topic: 'github', key: '' })
  },
})
