import type { RunFacts } from '../plan/plan-run.ts'

export const testFacts: RunFacts = {
  id: 'run-1',
  number: 7,
  event: 'push',
  eventPayload: {},
  inputs: {},
  ref: 'refs/heads/main',
  sha: '0123456789abcdef0123456789abcdef01234567',
  actor: 'ada',
  title: 'Add a thing',
  repository: 'acme/site',
  now: new Date('2026-11-23T10:00:00Z'),
}

/** A workflow of one job with these steps, given as YAML. */
export function oneJob(steps: string, job = ''): string {
  const indented = (text: string, by: string): string =>
    text
      .trim()
      .split('\n')
      .map(line => by + line)
      .join('\n')
  return `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n${job === '' ? '' : `${indented(job, '    ')}\n`}    steps:\n${indented(steps, '      ')}\n`
}

/** A workflow of small jobs: key, fields, script. */
export function jobs(...specs: [string, string, string?][]): string {
  const body = specs.map(
    ([key, fields, run = 'true']) =>
      `  ${key}: { runs-on: x, ${fields}${fields === '' ? '' : ', '}steps: [{ run: '${run}' }] }`,
  )
  return `on: push\njobs:\n${body.join('\n')}\n`
}
