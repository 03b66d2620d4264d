import { tmpdir } from 'node:os'
import type { DeploymentFacts, Migration } from '@gantry/core'
import type { StepContext } from '../../step-context.ts'

export const databaseMigration = (version: string, sql: string): Migration => ({
  ...{ version, name: 'm', sql, effect: 'expand', verdicts: [] },
})
export const databaseFacts = (
  migrations: Migration[],
  kind: DeploymentFacts['kind'] = 'deploy',
  environment = 'staging',
): DeploymentFacts => ({
  ...{
    project: 'tiny',
    environment,
    former: null,
    kind,
    isKept: false,
    retire: [],
    formerAnswers: {},
    envSalt: 'salt',
  },
  ...{ earlier: [] },
  release: {
    ...{
      id: 'a'.repeat(40),
      project: 'tiny',
      sha: 'a'.repeat(40),
      title: 'a',
      author: 'Dev <dev@example.com>',
      runId: null,
    },
    ...{ createdAt: '2026-11-23T00:00:00.000Z', artifacts: [], migrations, badBecause: null },
  },
})

/** What a step of a database is handed, and what it said. */
export function databaseStepContext(env: Record<string, string>) {
  const log: string[] = []
  const ending = new AbortController()
  const context: StepContext = {
    ...{ env, answers: () => null, addressOf: async () => null, cwd: tmpdir(), signal: ending.signal },
    ...{ now: () => new Date(0), sleep: async () => {}, fetch, progress: async () => {}, log: line => log.push(line) },
    artifacts: {
      has: async () => true,
      open: () => Promise.reject(new Error('not asked for')),
      unpack: () => Promise.reject(new Error('not asked for')),
    },
  }
  return { log, ending, context }
}
