import type { Check } from '@gantry/core'
import { type AnyWord, type SettingsOf, withActs } from '@gantry/core/config'

export interface ProbeOptions {
  timeoutMs: number
  /** Services of the `local` provider live on this machine; anything else may not be reached there. */
  allowPrivate: boolean
  signal?: AbortSignal
  /** Sent in `probeHeader`. Give it only for services that Gantry itself stands in front of: it is a secret. */
  mark?: string
}

export type ProbeResult = Pick<Check, 'isOk' | 'status' | 'latencyMs' | 'error' | 'isOwnFault'>

/** What a probe does. */
export interface Probe<Settings = unknown> {
  /** What is asked where the service has that address; null while there is nothing to ask. */
  targetOf(settings: Settings, address: string | null): string | null
  /** Asks once. Never throws: what went wrong is in the result, and whether the fault is on this side. */
  check(target: string, settings: Settings, options: ProbeOptions): Promise<ProbeResult>
}

export const defineProbe = <W extends AnyWord>(word: W, acts: Probe<SettingsOf<W>>) => withActs(word, acts)
