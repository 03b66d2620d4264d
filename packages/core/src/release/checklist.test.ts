import { expect, test } from 'vitest'
import { readTasks } from './checklist.ts'

test('tasks are known by their place, with the heading they stand under', () => {
  const markdown = `# Before a release

Go through all.

- [ ] The link signs in
- [x] \`Ctrl-C\` ends **everything**

## Phone ##
* [ ] Sign up on [the staging](https://staging.example) page,
      also with a long name
1. [ ] Pay
- no task
`
  expect(readTasks(markdown)).toEqual([
    { index: 0, section: 'Before a release', text: 'The link signs in' },
    { index: 1, section: 'Before a release', text: 'Ctrl-C ends everything' },
    { index: 2, section: 'Phone', text: 'Sign up on the staging page, also with a long name' },
    { index: 3, section: 'Phone', text: 'Pay' },
  ])
})

test('what stands in a block of code is no task, and no text is an empty list', () => {
  expect(readTasks('```md\n- [ ] an example\n# no heading\n```\n- [ ] real')).toEqual([
    { index: 0, section: null, text: 'real' },
  ])
  expect(readTasks('')).toEqual([])
})
