import { didYouMean } from '@gantry/core/words'
import { fieldOf, fieldsOf, isEmpty, itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'

export const choiceDefault = defineRule({
  id: 'choice-default',
  area: 'correctness',
  severity: 'error',
  summary: 'A `choice` whose default is none of its options, or with an option twice.',
  why: 'Whoever starts it by API or leaves the form as it is gets a value that no code expects.',
  fix: 'Write one of the options.',
  bad: [
    `
on:
  workflow_dispatch:
    inputs:
      target:
        type: choice
        options: [staging, production]
        default: stagging # ✗
      size: { type: choice, options: [s, m, s] } # ✗`,
  ],
  good: [
    `
on:
  workflow_dispatch:
    inputs:
      target:
        type: choice
        options: [staging, production]
        default: staging
      version: { type: choice, options: [1.0, 2], default: 2 }
      free: { type: string, default: x }`,
  ],
  check: file =>
    fieldsOf(valueAt(file.root, 'on', 'workflow_dispatch', 'inputs')).flatMap(({ key, value }) => {
      if (textOf(valueAt(value, 'type')) !== 'choice') return []
      const items = itemsOf(valueAt(value, 'options'))
      const options = items.map(textOf)
      const usual = fieldOf(value, 'default')?.value
      const twice = items.filter((item, index) => options.indexOf(textOf(item)) !== index)
      const isOther = usual && !isEmpty(usual) && options.length > 0 && !options.includes(textOf(usual))
      return [
        ...twice.map(at => ({ at, message: `expected each option of ${key} once, got "${textOf(at)}" again` })),
        ...(isOther
          ? [
              {
                at: usual,
                message: `expected an option of ${key} (${options.join(', ')}), got "${textOf(usual)}"${didYouMean(textOf(usual), options)}`,
              },
            ]
          : []),
      ]
    }),
})
