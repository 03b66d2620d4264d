import { Checklist, type ChecklistTask } from '@gantry/core/api'
import * as z from 'zod'
import { connectProject } from '../api/connect.ts'
import { CalledWrongly } from '../command/called-wrongly.ts'
import { defineCommand } from '../command/command.ts'
import { outputOf } from '../terminal/output.ts'
import type { Painter } from '../terminal/paint.ts'

const Answer = z.object({ checklist: Checklist.nullable() })

export const command = defineCommand({
  isOfProject: true,
  arguments: [{ name: '<release>', text: 'at least four characters of the release' }],
  options: [
    { flags: '--tick <number>', text: 'a task that holds; may be given several times', isRepeatable: true },
    { flags: '--untick <number>', text: 'a task that does not hold after all', isRepeatable: true },
  ],
  details: 'The tasks are those of the file at the commit of the release. Exits 1 while one is open.',
  examples: ['checklist 8f3c2a1', 'checklist 8f3c2a1 --tick 1 --tick 2'],
  async run(call, host) {
    const output = outputOf(call, host)
    const api = connectProject(call, host)
    const path = `/releases/${encodeURIComponent(call.required('release'))}/checklist`
    const ticks = [
      ...call.list('tick').map(number => ({ task: taskIn(number), done: true })),
      ...call.list('untick').map(number => ({ task: taskIn(number), done: false })),
    ]
    for (const tick of ticks) await api.post(path, tick, body => Answer.parse(body))
    const { checklist } = await api.get(path, body => Answer.parse(body))
    output.json({ checklist })
    if (!checklist) {
      output.print('the commit of this release has no checklist')
      return 1
    }
    output.print(described(checklist, output.paint))
    return checklist.tasks.every(({ ticked }) => ticked) ? 0 : 1
  },
})

function described({ file, tasks }: Checklist, paint: Painter): string {
  const done = tasks.filter(({ ticked }) => ticked).length
  return [
    paint.bold(`${file}: ${done} of ${tasks.length} ticked`),
    ...tasks.flatMap((task, at) => lines(task, tasks[at - 1]?.section, paint)),
  ].join('\n')
}

function lines(
  { index, section, text, ticked }: ChecklistTask,
  above: string | null | undefined,
  paint: Painter,
): string[] {
  const mark = ticked ? paint.green('[x]') : '[ ]'
  const by = ticked ? paint.dim(`  ${ticked.person}, ${ticked.at.slice(0, 16)}Z`) : ''
  const task = `${String(index + 1).padStart(4)} ${mark} ${text}${by}`
  return section !== null && section !== above ? ['', `     ${section}`, task] : [task]
}

function taskIn(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number - 1
  throw new CalledWrongly(`expected the number of a task, got "${text}"`, 'See `gantry checklist <release>`.')
}
