import {
  type Deployment,
  type ErrorEvent,
  incidentKey,
  type Project,
  type ServiceLine,
  type TrafficSample,
} from '@gantry/core'
import type { ServiceOutput } from '@gantry/delivery'
import { readServiceLine } from '@gantry/ingest'
import type { ComposedDelivery } from './compose-delivery.ts'
import type { Foundation } from './foundation.ts'
import type { CommitQueue } from './ingest/commit-queue.ts'
import { createEventIntake } from './ingest/event-intake.ts'
import type { ProjectHome } from './project/project-home.ts'
import { watchAlerts } from './watch/alert-watch.ts'
import { createBatcher } from './watch/batcher.ts'
import { IncidentDesk } from './watch/incident-desk.ts'
import { MonitorWatch } from './watch/monitor-watch.ts'
import { startPager } from './watch/pager.ts'
import { startTicker, type Ticker } from './watch/ticker.ts'
import { watchVerdict } from './watch/verdict-watch.ts'

/** Everything that looks at what runs: errors, lines, traffic, monitors, rules, verdicts, pages. */
export interface ComposedWatch {
  incidents: IncidentDesk
  events: CommitQueue<ErrorEvent>
  hearOutput(output: ServiceOutput): void
  count(samples: TrafficSample[]): void
  adopt(project: Project): Promise<void>
  afterDeployment(deployment: Deployment): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

const judgeEveryMs = 500
const linesEveryMs = 200

export function composeWatch(parts: Foundation & { project: ProjectHome; delivery: ComposedDelivery }): ComposedWatch {
  const { store, live, project, delivery, record, log, now, newId, url } = parts
  const onError = (what: string) => (cause: unknown) => log.error({ err: cause }, what)
  let pager: Ticker | null = null
  let judge: Ticker | null = null
  const incidents = new IncidentDesk({
    project: project.current,
    runbooks: project.runbooks,
    store,
    live,
    record,
    now,
    url,
    onNotices: () => pager?.nudge(),
  })
  const monitors = new MonitorWatch({
    store,
    live,
    address: delivery.address,
    now,
    onError: onError('a check could not be stored'),
  })
  const lines = createBatcher<ServiceLine>({
    everyMs: linesEveryMs,
    write: written => storeLines(written, parts),
    onError: onError('lines could not be stored'),
  })
  const traffic = createBatcher<TrafficSample>({
    everyMs: judgeEveryMs,
    write: samples => store.alerts.addTraffic(samples),
    onError: onError('traffic could not be stored'),
  })
  const judgeOnce = async () => {
    const { name, config } = await project.current()
    if (!config) return
    for (const [environment, settings] of Object.entries(config.environments)) {
      await watchVerdict(name, environment, settings.verdict, {
        store,
        live,
        incidents,
        deployments: delivery.desk,
        now,
      })
    }
    await watchAlerts(name, config, { store, incidents, now, newId })
  }
  return {
    incidents,
    events: createEventIntake({ store, live }),
    hearOutput: output => lines.add([lineOf(output, newId())]),
    count: samples => traffic.add(samples),
    adopt: adopted => monitors.adopt(adopted),
    async afterDeployment(deployment) {
      await monitors.adopt(await project.current())
      if (deployment.kind === 'rollback') await noteRollback(deployment, incidents)
    },
    async start() {
      await monitors.adopt(await project.current())
      const env = parts.environment.all
      pager = startPager({
        store,
        config: async () => (await project.current()).config,
        incidents,
        env,
        now,
        onError: onError('notices could not be sent'),
      })
      judge = startTicker(judgeEveryMs, judgeOnce, onError('releases and rules could not be judged'))
    },
    async stop() {
      await judge?.stop()
      await pager?.stop()
      await monitors.stop()
      await traffic.stop()
      await lines.stop()
    },
  }
}

async function noteRollback(deployment: Deployment, incidents: IncidentDesk): Promise<void> {
  if (deployment.state !== 'live' || !deployment.liveAt) return
  const tookMs = Date.parse(deployment.liveAt) - Date.parse(deployment.createdAt)
  const cause = {
    kind: 'rolled-back',
    release: deployment.formerRelease ?? '',
    to: deployment.release,
    deployment: deployment.id,
    tookMs,
  } as const
  await incidents.happened(cause, incidentKey(deployment.environment))
}

async function storeLines(lines: ServiceLine[], { store, live }: Foundation): Promise<void> {
  await store.lines.append(lines)
  live.tell({ topic: 'log', key: '', lines: lines.slice(-500) })
}

function lineOf({ project, environment, release, service, stream, text, at }: ServiceOutput, id: string): ServiceLine {
  return { id, project, environment, release, service, at, ...readServiceLine(text, stream) }
}
