import type { Deployment, DeploymentKind, Release } from '@gantry/core'
import type { Config } from '@gantry/core/config'

/** A release with the config it was made with. */
export interface Placed {
  release: Release
  config: Config
}

/** One deployment or rollback under way. */
export interface Started {
  deployment: Deployment
  /** Its end: live or failed. Stays open when Gantry is stopped meanwhile: the next start takes it up. */
  ended: Promise<Deployment>
  /** False when an existing one was joined. */
  isNew: boolean
}

export interface UnderWay {
  release: string
  kind: DeploymentKind
  begun: Promise<Omit<Started, 'isNew'>>
}

/** What runs in one environment, as this process knows it. */
export interface EnvironmentState {
  project: string
  environment: string
  live: Placed | null
  /** Still running beside it, so that going back is a switch. */
  kept: Placed | null
  /** Of services that run elsewhere: where they were found when the release went live. */
  addresses: Record<string, string>
  underWay: UnderWay | null
  /** Reads the config of a release; null until the project was resumed. */
  configOf: ((release: Release) => Promise<Config>) | null
  /** Ends of processes that are no longer used. */
  retiring: Promise<void>
}

export interface Environments {
  of(project: string, environment: string): EnvironmentState
  all(): EnvironmentState[]
  forget(project: string): void
}

export function environments(): Environments {
  const states = new Map<string, EnvironmentState>()
  return {
    all: () => [...states.values()],
    forget(project) {
      for (const [key, state] of states) if (state.project === project) states.delete(key)
    },
    of(project, environment) {
      const key = `${project}/${environment}`
      const known = states.get(key)
      if (known) return known
      const state: EnvironmentState = {
        project,
        environment,
        live: null,
        kept: null,
        addresses: {},
        underWay: null,
        configOf: null,
        retiring: Promise.resolve(),
      }
      states.set(key, state)
      return state
    },
  }
}
