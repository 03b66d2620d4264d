import type { Check, Monitor } from './monitor.ts'

export interface MonitorStore {
  /** Makes the stored monitors those given: new ones begin as unknown, others keep their state, missing ones go. */
  sync(project: string, environment: string, monitors: Monitor[]): Promise<void>
  save(monitor: Monitor, check: Check): Promise<void>
  list(project: string): Promise<Monitor[]>
  checks(project: string, monitorId: string, limit: number): Promise<Check[]>
}
