import type { StepAnswer } from '@gantry/core'
import type { ArtifactReader } from '../artifacts/artifact-store.ts'

/**
 * What a provider is handed besides facts: nothing else of the world. Its clock and its `fetch` are these, so that a test of
 * retries and time limits takes no time.
 */
export interface StepContext {
  /**
   * In the server: secrets and variables of the environment, and what this machine hands out, by name. In a job: the
   * variables of the job, where the vendor's credentials are.
   */
  env: Readonly<Record<string, string | undefined>>
  /** What a step of this deployment was answered, also by a process that died meanwhile; null when nothing. */
  answers(stepId: string): StepAnswer | null
  /** Public address of another service of the config, before its first deployment as well where its provider knows it by then. */
  addressOf(service: string): Promise<string | null>
  /** The files of releases. */
  artifacts: ArtifactReader
  /** The repository as it was checked out, in a job; a folder without it in the server. */
  cwd: string
  /** Aborted when the step took too long, or when somebody else carries the deployment out by now: stop at once. */
  signal: AbortSignal
  now(): Date
  /** Rejects when the signal is aborted meanwhile. */
  sleep(ms: number): Promise<void>
  fetch: typeof globalThis.fetch
  /** One line into the log of the server or the job. */
  log(line: string): void
  /**
   * How far it is, in one sentence, seen on the screen. An `answer` is stored with it: what is stored before a long wait, such
   * as the id of a deployment, is there again after a crash.
   */
  progress(text: string, answer?: StepAnswer): Promise<void>
}
