import type { Foundation } from './foundation.ts'
import type { Intake } from './ingest/intake.ts'
import type { Projects } from './project/projects.ts'
import { type RunningSyslog, startSyslog } from './syslog/start-syslog.ts'

export interface ComposedSyslog {
  /** Null until it listens, and where the environment names no port. */
  running(): RunningSyslog | null
  /** @throws GantryError PORT_IN_USE, BAD_REQUEST */
  listen(): Promise<void>
  stop(): Promise<void>
}

/** Takes messages of syslog where the environment says, once everything they go to is there. */
export function composeSyslog(
  { environment, ingestKeys, log, now }: Foundation,
  { intake, projects }: { intake: Intake; projects: Pick<Projects, 'find'> },
): ComposedSyslog {
  let running: RunningSyslog | null = null
  return {
    running: () => running,
    async listen() {
      if (environment.syslog === null) return
      running = await startSyslog(environment.syslog, {
        ...{ intake, log, now },
        ownKey: async (project, service) =>
          projects.find(project) ? (await ingestKeys.own(project, service)).key : null,
      })
    },
    stop: async () => running?.stop(),
  }
}
