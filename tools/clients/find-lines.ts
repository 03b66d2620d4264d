import type { Outcome } from './clients.ts'
import type { AskProject } from './find-sent.ts'
import { type LogClient, type LogFeature, logFeatures } from './log-clients.ts'

interface FoundLine {
  at: string
  level: string
  message: string
  fields: Record<string, unknown>
}

/** What of its three lines the server shows by now. */
export async function findLines(
  { alias, by }: LogClient,
  did: readonly string[],
  startedAt: Date,
  ask: AskProject,
): Promise<Record<LogFeature, Outcome>> {
  const { lines } = await ask<{ lines: FoundLine[] }>(`/logs?q=${encodeURIComponent(`"${alias}"`)}&histogram=false`)
  if (JSON.stringify(lines).includes('hunter2')) throw new Error('a password was stored')
  const one = (text: string) => lines.find(({ message }) => message.includes(text))
  const [came, slow, failed] = [one(`order 13 of ${alias}`), one(`till of ${alias}`), one(`pay of ${alias}`)]
  const said = [came, slow, failed]
  const ageMs = (at: number) => startedAt.getTime() - at
  // Requests say that theirs were written before: what came now says the time of its arrival.
  const isTime = (at: number) =>
    by === 'request' ? ageMs(at) > 5_000 && ageMs(at) < 15_000 : Math.abs(ageMs(at)) < 60_000
  const found: Record<LogFeature, boolean> = {
    lines: lines.length === 3 && said.every(line => line !== undefined),
    levels: said.map(line => line?.level).join() === 'info,warn,error',
    times: said.every(line => line && isTime(Date.parse(line.at))),
    fields: String(slow?.fields['till']) === '4',
    stack: JSON.stringify(failed?.fields ?? {}).includes('    at '),
  }
  return Object.fromEntries(
    (Object.keys(logFeatures) as LogFeature[]).map((feature): [string, Outcome] => [
      feature,
      did.includes(feature) ? (found[feature] ? 'shown' : 'lost') : 'none',
    ]),
  ) as Record<LogFeature, Outcome>
}
