import { createHash } from 'node:crypto'

/** Names with a trace of their values, to say later which differ without keeping any value. */
export function envTraces(env: Record<string, string>): Record<string, string> {
  const trace = (name: string, value: string) =>
    createHash('sha256').update(`${name}=${value}`).digest('hex').slice(0, 12)
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, trace(name, value)]))
}

/** Names whose value is another, or that came or went, in any service. Addresses inside this machine are left out. */
export function changedNames(
  then: Record<string, Record<string, string>>,
  now: Record<string, Record<string, string>>,
): string[] {
  const changed = Object.keys({ ...then, ...now }).flatMap(service => {
    const [before = {}, after = {}] = [then[service], now[service]]
    return Object.keys({ ...before, ...after }).filter(name => before[name] !== after[name])
  })
  return [...new Set(changed)].filter(name => name !== 'DATABASE_URL').sort()
}
