import type { HeardMonitor } from './check-in.ts'
import type { Check, Monitor } from './monitor.ts'

export interface MonitorStore {
  /** Makes the stored monitors that are asked those given: new ones begin as unknown, others keep their state, missing ones go. */
  sync(project: string, environment: string, monitors: Monitor[]): Promise<void>
  save(monitor: Monitor, check: Check): Promise<void>
  /**
   * Changes the monitor of a job that tells of itself, or makes it: of two who do at once, the second is handed what the first made.
   * `change` answers null to leave it as it is. Those that `sync` is not given are kept.
   * @param room as many of such jobs there may be: null is answered where it would be one more
   */
  change(
    project: string,
    id: string,
    change: (known: Monitor | null) => HeardMonitor | null,
    room?: { mostCheckIns: number },
  ): Promise<{ before: Monitor | null; after: Monitor } | null>
  remove(project: string, id: string): Promise<void>
  list(project: string): Promise<Monitor[]>
  checks(project: string, monitorId: string, limit: number): Promise<Check[]>
}
