import { marked } from 'marked'
import { expect, test } from 'vitest'
import { runbookHtml } from './runbook-html.ts'

const text = `# Roll back

- [ ] Look at the line
- plain
- [x] Say "so" in the channel

## Then

* [ ] Write it down
`
const html = (ticked: number[], isLive = true) => runbookHtml(text, marked, { ticked, isLive, headingsFrom: 2 })

test('steps are numbered in reading order, and ticked by what the incident says', () => {
  const boxes = [...html([1]).matchAll(/<input[^>]*data-step="(\d)"[^>]*>/g)].map(([tag, step]) => [
    step,
    tag.includes(' checked'),
  ])
  expect(boxes).toEqual([
    ['0', false],
    ['1', true],
    ['2', false],
  ])
  expect(html([])).toContain('aria-label="Say &quot;so&quot; in the channel"')
})

test('outside an incident a step cannot be ticked, and headings fit the page', () => {
  expect(html([], false)).toContain('disabled')
  expect(html([])).toContain('<h2>Roll back</h2>')
  expect(html([])).toContain('<h3>Then</h3>')
})
