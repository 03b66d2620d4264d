import { expect, test } from 'vitest'
import { plainStep, runbookBlocks } from './runbook-blocks.ts'

test('text and steps stay in reading order, and steps are counted', () => {
  expect(runbookBlocks('# T\n\nIntro\n\n- [ ] look\n  twice\n- [x] undo\n\n## After\n- plain\n- [ ] tell')).toEqual([
    { kind: 'text', text: '# T\n\nIntro\n' },
    { kind: 'step', index: 0, text: 'look twice' },
    { kind: 'step', index: 1, text: 'undo' },
    { kind: 'text', text: '## After\n- plain' },
    { kind: 'step', index: 2, text: 'tell' },
  ])
})

test('a step reads as plain words', () => {
  expect(plainStep('See `gantry status` and [the page](x.md), **now**')).toBe('See gantry status and the page, now')
})
