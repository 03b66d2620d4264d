import type { GantryError } from '@gantry/core'
import type { AccessLedger } from './access-ledger.ts'
import type { Caller } from './caller.ts'

/** Writes into the ledger what somebody known was refused to do. */
export interface RefusalLog {
  heard(refused: RefusedAct): Promise<void>
}

export interface RefusedAct {
  caller: Caller
  /** Null: what was refused is about none. */
  project: string | null
  /** `POST /api/v1/projects/:project/…`, as the route is declared. */
  route: string
  why: GantryError
}

/** Who tries the same again and again is written down once in so long: a ledger is no place to fill. */
const onceInMs = 60_000
const rememberedAtMost = 1_000

export function createRefusalLog(ledger: Pick<AccessLedger, 'write'>, now: () => Date): RefusalLog {
  const lately = new Map<string, number>()
  return {
    async heard({ caller, project, route, why }) {
      const who = caller.kind === 'person' ? caller.sessionId : caller.tokenId
      const key = `${who} ${route}`
      const at = now().getTime()
      if (at - (lately.get(key) ?? 0) < onceInMs) return
      lately.delete(key)
      lately.set(key, at)
      const oldest = lately.keys().next().value
      if (lately.size > rememberedAtMost && oldest !== undefined) lately.delete(oldest)
      // Whoever does not belong to a project writes nothing into its ledger, if there is such a project at all.
      const belongs = project !== null && (caller.kind === 'person' ? caller.role !== null : caller.project === project)
      const evidence = {
        kind: caller.kind,
        why: why.message,
        ...(!belongs && project && { project: project.slice(0, 60) }),
      }
      await ledger.write(belongs ? project : null, {
        actor: caller.name,
        action: 'access.refused',
        subject: route,
        evidence,
      })
    },
  }
}
