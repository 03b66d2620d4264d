import * as z from 'zod'

/** Who ticked a task for a release, and when. */
export const Tick = z.object({ person: z.string(), personId: z.string(), at: z.iso.datetime() })
export type Tick = z.output<typeof Tick>

export const ChecklistTask = z.object({
  index: z.int().describe('which task of the file, from 0; the file of a release never changes'),
  section: z.string().nullable().describe('the heading it stands under'),
  text: z.string(),
  ticked: Tick.nullable(),
})
export type ChecklistTask = z.output<typeof ChecklistTask>

/** What people go through before a release is promoted, as it stands at the commit of the release. */
export const Checklist = z.object({ file: z.string(), tasks: z.array(ChecklistTask) })
export type Checklist = z.output<typeof Checklist>

/** A task that is ticked in the file is ticked for nobody's release: only people tick. */
const taskLine = /^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+(\S.*)$/
const headingLine = /^#{1,6}\s+(.+?)\s*#*\s*$/
const fenceLine = /^\s*(```|~~~)/

/** Reads the tasks of a Markdown file; lines that go on belong to the task above them. */
export function readTasks(markdown: string): Omit<ChecklistTask, 'ticked'>[] {
  const tasks: Omit<ChecklistTask, 'ticked'>[] = []
  let section: string | null = null
  let goesOn = false
  let isInFence = false
  for (const line of markdown.split(/\r?\n/)) {
    if (fenceLine.test(line)) isInFence = !isInFence
    const [, heading] = isInFence ? [] : (headingLine.exec(line) ?? [])
    const [, text] = isInFence ? [] : (taskLine.exec(line) ?? [])
    const last = tasks.at(-1)
    if (heading !== undefined) section = plainText(heading)
    else if (text !== undefined) tasks.push({ index: tasks.length, section, text: plainText(text) })
    else if (goesOn && last && /^\s{2,}\S/.test(line) && !/^\s*([-*+]|\d+[.)])\s/.test(line))
      tasks[tasks.length - 1] = { ...last, text: `${last.text} ${plainText(line)}` }
    goesOn = text !== undefined || (goesOn && line.trim() !== '' && heading === undefined)
  }
  return tasks
}

/** Links by their words, without the marks of emphasis and code. */
const plainText = (markdown: string): string =>
  markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|__|`)/g, '')
    .trim()
