import type { JobState } from '@gantry/core'
import { expect, it } from 'vitest'
import { renderSummaries } from './render-summary.ts'

const plain = { bold: (text: string) => `*${text}*` }
const paint = new Proxy(plain, { get: (own, name) => (name === 'bold' ? own.bold : (text: string) => text) }) as never
const job = (name: string, summary?: string) => ({ name, ...(summary === undefined ? {} : { summary }) }) as JobState

it('shows headings, bold words and tables of a summary as a terminal can', () => {
  const summary =
    '## Tests\n\n| package | passed |\n| --- | ---: |\n| packages/a | 12 |\n| b | 3 |\n\n<details>**all** &#124; fine</details>\u001b[2J'
  expect(renderSummaries([job('a', summary), job('b'), job('c', ' ')], paint)).toBe(
    '*summary of a*\n*Tests*\n\npackage     passed\npackages/a  12\nb           3\n\n*all* | fine',
  )
})

it('shows no more of it than fits a screen or two', () => {
  const text = renderSummaries([job('a', Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n'))], paint)
  expect(text.split('\n')).toHaveLength(62)
  expect(text).toContain('… 40 more lines')
})
