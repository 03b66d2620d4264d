import type { Notice } from '../notice/notice.ts'
import type { Alert, TrafficSample } from './alert.ts'

export interface AlertStore {
  open(project: string): Promise<Alert[]>
  save(alert: Alert): Promise<void>
  /**
   * Saves it together with its notices, or neither. Does nothing and answers false when it is in that state already, or
   * fires while another with its key stands: however many servers see the same, it is told once.
   */
  saveAndTell(alert: Alert, notices: { channel: string; notice: Notice }[]): Promise<boolean>
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
