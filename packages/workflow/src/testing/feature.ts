/** One piece of GitHub's workflow syntax with an example that is run by the tests: a file under features/. */
export interface Feature {
  /** As GitHub's reference names it. */
  syntax: string
  /** `different`: it is accepted and does something else here, which `says` tells. */
  status: 'supported' | 'different' | 'refused'
  says: string
  event: string
  ref: string
  payload: Record<string, unknown>
  inputs: Record<string, unknown>
  changed: string[] | null
  /** Whether the event starts it. */
  starts: boolean
  /** The code and a part of the message it is refused with. */
  refused: { code: string | null; part: string } | null
  conclusion: string | null
  jobs: [id: string, conclusion: string][]
  named: string | null
  summary: string | null
  log: string[]
  noLog: string[]
  annotation: string[]
  noAnnotation: string[]
}

const known = [
  ...['syntax', 'status', 'says', 'event', 'ref', 'payload', 'inputs', 'changed', 'starts', 'refused', 'conclusion'],
  ...['jobs', 'named', 'summary', 'log', 'no-log', 'annotation', 'no-annotation'],
]

/** Reads the comment lines on top of an example. @throws Error for a line that says nothing this test can check */
export function readFeature(text: string): Feature {
  const said = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, key, value] = /^# ([a-z-]+): (.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) break
    if (!known.includes(key)) throw new Error(`expected one of ${known.join(', ')}, got "${key}"`)
    said.set(key, [...(said.get(key) ?? []), value])
  }
  const all = (key: string) => said.get(key) ?? []
  const one = (key: string) => all(key)[0] ?? null
  return {
    syntax: required('syntax', one('syntax')),
    status: statusOf(one('status')),
    says: required('says', one('says')),
    event: one('event') ?? 'push',
    ref: one('ref') ?? 'refs/heads/main',
    payload: JSON.parse(one('payload') ?? '{}'),
    inputs: JSON.parse(one('inputs') ?? '{}'),
    changed: one('changed')?.split(' ') ?? null,
    starts: one('starts') !== 'no',
    refused: refusalOf(one('refused')),
    conclusion: one('conclusion'),
    jobs: [...(one('jobs') ?? '').matchAll(/(\S+(?: \([^)]*\))?)=(\w+)/g)].map(([, id = '', end = '']) => [id, end]),
    named: one('named'),
    summary: one('summary'),
    log: all('log'),
    noLog: all('no-log'),
    annotation: all('annotation'),
    noAnnotation: all('no-annotation'),
  }
}

function required(key: string, value: string | null): string {
  if (value) return value
  throw new Error(`expected a line "# ${key}: …"`)
}

function statusOf(text: string | null): Feature['status'] {
  if (text === 'supported' || text === 'different' || text === 'refused') return text
  throw new Error(`status: expected supported, different or refused, got "${text}"`)
}

function refusalOf(text: string | null): Feature['refused'] {
  if (text === null) return null
  const [, code, part] = /^(?:([A-Z_]{5,})(?: |$))?(.*)$/.exec(text) ?? []
  return { code: code ?? null, part: part ?? '' }
}
