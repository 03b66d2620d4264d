import type { Alert, TrafficSample } from './alert.ts'

export interface AlertStore {
  open(project: string): Promise<Alert[]>
  save(alert: Alert): Promise<void>
  /** Adds to the counts of the same second, service and release. */
  addTraffic(samples: TrafficSample[]): Promise<void>
  /** Sums by service and release. `from` inclusive, `to` exclusive. */
  traffic(
    project: string,
    filter: { environment: string; service?: string; release?: string; from: string; to: string },
  ): Promise<Traffic[]>
  /** Sums per bucket, oldest first; buckets without a row are left out. */
  trafficSeries(
    project: string,
    filter: { environment: string; from: string; to: string; bucketMs: number },
  ): Promise<(Traffic & { at: string })[]>
}

export interface Traffic {
  service: string
  release: string
  requests: number
  failures: number
  errors: number
}
