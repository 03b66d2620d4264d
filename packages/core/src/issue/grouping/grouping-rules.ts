import * as z from 'zod'
import type { ErrorEvent } from '../../event/error-event.ts'

const Pattern = z.string().min(1).max(500)

const When = z.strictObject({
  type: Pattern.optional().describe('of what was thrown, or of a cause of it: `AxiosError`'),
  message: Pattern.optional().describe('of it, or of the event'),
  file: Pattern.optional().describe('of the frame to blame, within its package: `src/http/*`'),
  function: Pattern.optional().describe('of the frame to blame'),
  service: Pattern.optional(),
  level: z.enum(['fatal', 'error', 'warning', 'info', 'debug']).optional(),
})

/** Which events belong together, where a project knows better than Gantry and its clients. */
export const GroupingRule = z.strictObject({
  when: When.refine(when => Object.keys(when).length > 0, 'expected at least one thing an event must be').describe(
    'all of it must fit; `*` stands for any text, capitals do not matter',
  ),
  fingerprint: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(10)
    .describe(
      'events with the same parts are one issue. `{{ default }}` is what Gantry would take; `{{ type }}`, `{{ file }}`, `{{ function }}`, `{{ service }}` and `{{ transaction }}` are those of the event',
    ),
})
export type GroupingRule = z.output<typeof GroupingRule>

/** What rules look at, besides the event. */
export interface Blamed {
  file: string
  function: string
}

/** The parts of the first rule that fits, with `{{ default }}` as it stands; null: none does. */
export function fingerprintOf(event: ErrorEvent, blamed: Blamed, rules: readonly GroupingRule[]): string[] | null {
  const rule = rules.find(({ when }) => fits(event, blamed, when))
  if (!rule) return null
  const values: Record<string, string> = {
    type: event.exceptions.at(-1)?.type ?? '',
    ...{ file: blamed.file, function: blamed.function },
    ...{ service: event.service ?? '', transaction: event.transaction ?? '' },
  }
  return rule.fingerprint.map(part =>
    part.replace(/\{\{ ?(\w+) ?\}\}/g, (whole, name: string) => values[name] ?? whole),
  )
}

function fits(event: ErrorEvent, blamed: Blamed, when: GroupingRule['when']): boolean {
  const any = (pattern: string | undefined, texts: readonly (string | null)[]) =>
    pattern === undefined || texts.some(text => text !== null && isLike(text, pattern))
  return (
    any(
      when.type,
      event.exceptions.map(({ type }) => type),
    ) &&
    any(when.message, [event.message, ...event.exceptions.map(({ value }) => value)]) &&
    any(when.file, [blamed.file]) &&
    any(when.function, [blamed.function]) &&
    any(when.service, [event.service]) &&
    (when.level === undefined || when.level === event.level)
  )
}

/** Whether a text is as a pattern says, `*` standing for any text. In time that grows with the text only: it may be hostile. */
export function isLike(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const lower = text.slice(0, 4_000).toLowerCase()
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (parts.length === 1) return lower === first
  if (!lower.startsWith(first)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = lower.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return lower.length - last.length >= at && lower.endsWith(last)
}
