import { issueActInWords } from '@gantry/core'
import type { IssueAct } from '@gantry/core/api'
import { shown } from '../terminal/table.ts'

/** `Mira resolved it in the next release after 4b1d0e7: mended` */
export function actLine(act: IssueAct): string {
  const text = act.text ? `: ${shown(act.text)}` : ''
  return `${act.by ?? 'Gantry'} ${issueActInWords(act)}${text}${act.isUndone ? ' (undone)' : ''}`
}
