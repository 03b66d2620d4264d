import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type EarlierOutcomes, outcomes, type TestResult, testId } from '@gantry/report'
import * as z from 'zod'

const Attempt = z.record(z.string(), z.enum(outcomes))
type Outcome = (typeof outcomes)[number]

/**
 * How tests ended on one commit before, kept in the git folder: never committed, gone with the clone. A file that
 * was cut off by a crash loses its last line only.
 */
export async function earlierOutcomes(gitDir: string, sha: string): Promise<EarlierOutcomes> {
  const text = await readFile(fileOf(gitDir, sha), 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw cause
  })
  const earlier = new Map<string, Set<Outcome>>()
  for (const line of text.split('\n')) {
    for (const [id, outcome] of Object.entries(read(line))) {
      earlier.set(id, (earlier.get(id) ?? new Set()).add(outcome))
    }
  }
  return earlier
}

export async function remember(gitDir: string, sha: string, results: readonly TestResult[]): Promise<void> {
  const file = fileOf(gitDir, sha)
  await mkdir(dirname(file), { recursive: true })
  const attempt = Object.fromEntries(results.map(result => [testId(result), result.outcome]))
  await appendFile(file, `${JSON.stringify(attempt)}\n`)
}

const fileOf = (gitDir: string, sha: string): string => join(gitDir, 'gantry', 'tests', `${sha}.ndjson`)

function read(line: string): z.output<typeof Attempt> {
  try {
    return Attempt.parse(JSON.parse(line))
  } catch {
    // A line that was not written to its end says nothing about any test.
    return {}
  }
}
