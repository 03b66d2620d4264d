import type { Issue } from '@gantry/core/api'

/** Issues that hold every word, in title, blamed place, service, environment or number. */
export function filterIssues(issues: Issue[], text: string): Issue[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return issues
  return issues.filter(issue => {
    const held = textOf(issue)
    return words.every(word => held.includes(word))
  })
}

/** What an issue is searched by, made once: ten thousand are searched at each letter. */
const texts = new WeakMap<Issue, string>()
function textOf(issue: Issue): string {
  const known = texts.get(issue)
  if (known !== undefined) return known
  const { title, culprit, service, environments, number } = issue
  const text = `${title} ${culprit ?? ''} ${service ?? ''} ${environments.join(' ')} #${number}`.toLowerCase()
  texts.set(issue, text)
  return text
}

/** Whether nothing in it means more than a word does. */
export const isWords = (text: string): boolean => !/[:"()*#]|(^|\s)-/.test(text) && !/\b(OR|AND|NOT)\b/.test(text)

/** Whether a query says itself which states it is about. */
export const namesState = (text: string): boolean => /(^|[\s(-])is:/i.test(text)
