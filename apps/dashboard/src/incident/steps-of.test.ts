import { expect, test } from 'vitest'
import { runbookSteps, withoutSteps } from './steps-of.ts'

const markdown = 'Intro\n\n- [ ] look\n- [x] undo it\n\nAfter\n- plain'

test('steps are the boxes, and the rest is what is between', () => {
  expect(runbookSteps(markdown)).toEqual(['look', 'undo it'])
  expect(withoutSteps(markdown)).toBe('Intro\n\nAfter\n- plain')
})
