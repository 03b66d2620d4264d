import { itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const tooFrequentSchedule = defineRule({
  id: 'too-frequent-schedule',
  area: 'correctness',
  severity: 'warning',
  summary: 'A schedule that asks for more than one run in five minutes.',
  why: 'GitHub starts a scheduled workflow every five minutes at most, whatever the file says.',
  fix: 'Write what GitHub can do, such as `*/15 * * * *`.',
  bad: [
    `
on:
  schedule:
    - cron: '*/2 * * * *' # ✗
    - cron: '* 4 * * *' # ✗`,
  ],
  good: [
    `
on:
  schedule:
    - cron: '41 2 * * *'
    - cron: '*/5 0-6,20 1 JAN-MAR mon'`,
  ],
  check: file =>
    itemsOf(valueAt(file.root, 'on', 'schedule')).flatMap(item => {
      const at = valueAt(item, 'cron')
      const [minutes = ''] = textOf(at).trim().split(/\s+/)
      const [, every = '1'] = /^(?:\*|0-59)\/([1-4])$/.exec(minutes) ?? []
      if (at === undefined || !/^(\*|(\*|0-59)\/[1-4])$/.test(minutes)) return []
      return [{ at, message: `expected at least five minutes between runs, got ${every}` }]
    }),
})
