import { KeptView } from '@gantry/core/api'
import { spokenSize } from '@gantry/core/words'
import { connectProject } from '../api/connect.ts'
import { one } from '../api/read.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'

export const command = defineCommand({
  isOfProject: true,
  options: [{ flags: '--deleted', text: 'what went, of which day, why, and what it was written to before' }],
  details: `How much is kept of each kind, since when, and what its limits are. They stand in gantry.config.ts, below \`keep\`. The size of
events holds for all that came beside them together: attachments, spans, sessions, items.`,
  examples: ['kept', 'kept --deleted', 'kept --json'],
  async run(call, host) {
    const output = outputOf(call, host)
    const view = await connectProject(call, host).get('/kept', one(KeptView))
    output.json(view)
    output.print(call.flag('deleted') ? renderDeletions(view) : renderKinds(view))
    return 0
  },
})

function renderKinds({ kinds }: KeptView): string {
  const rows = kinds.map(({ kind, count, bytes, since, keptFor, size, isExported }) => [
    kind,
    String(count),
    bytes === null ? '–' : spokenSize(bytes),
    since?.slice(0, 10) ?? '–',
    keptFor,
    size ?? '–',
    isExported ? 'yes' : 'no',
  ])
  return table(['kind', 'count', 'size', 'since', 'kept for', 'at most', 'exported'], rows).trimEnd()
}

function renderDeletions({ deletions }: KeptView): string {
  const rows = deletions.map(({ kind, day, count, bytes, why, exports, at }) => [
    at.slice(0, 16).replace('T', ' '),
    kind,
    day,
    String(count),
    bytes === null ? '–' : spokenSize(bytes),
    why === 'age' ? 'too old' : 'too much',
    exports.join(' ') || '–',
  ])
  return (
    table(['deleted', 'kind', 'of', 'count', 'size', 'because', 'written to'], rows).trimEnd() ||
    'nothing was deleted yet'
  )
}
