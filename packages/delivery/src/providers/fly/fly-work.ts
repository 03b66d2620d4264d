import type { ServiceFacts } from '../define-provider.ts'
import type { StepContext } from '../step-context.ts'
import type { MachinesApi } from './api/machines-api.ts'
import type { FlySettings } from './settings.ts'

export type FlyFacts = ServiceFacts<FlySettings>

/** What the acts of one step share. */
export interface FlyWork {
  app: string
  api: MachinesApi
  token: string
  facts: FlyFacts
  settings: FlySettings
  context: StepContext
  /** What its leases are called: the same for all steps of a release, so that a process that goes on knows those of the one before. */
  leaseName: string
}
