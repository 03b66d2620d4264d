import { didYouMean } from '@gantry/core/words'
import { itemsOf, textOf, valueAt } from '@gantry/workflow'
import { defineRule } from '../rule.ts'
import { matrixValues } from '../tree/matrix-keys.ts'
import { referenceOf } from '../tree/references.ts'

export const unknownRunner = defineRule({
  id: 'unknown-runner',
  area: 'correctness',
  severity: 'error',
  summary: 'A misspelt label of a hosted runner.',
  why: 'No machine has it: the job waits for a day and is cancelled.',
  fix: 'Write a label of https://github.com/actions/runner-images, such as ubuntu-latest.',
  bad: [
    `
jobs:
  build:
    runs-on: ubuntu-lastest # ✗
    steps: [{ run: pnpm build }]
  test:
    runs-on: \${{ matrix.os }} # ✗
    strategy: { matrix: { os: [ubuntu-24.4, macos-latest] } }
    steps: [{ run: pnpm test }]`,
  ],
  good: [
    `
jobs:
  build:
    runs-on: ubuntu-24.04-arm
    steps: [{ run: pnpm build }]
  own:
    runs-on: [self-hosted, ubuntu-big]
    steps: [{ run: pnpm build }]
  rented:
    runs-on: depot-ubuntu-24.04-8
    steps: [{ run: pnpm build }]
  larger:
    runs-on: ubuntu-latest-16-cores
    steps: [{ run: pnpm build }]
  new:
    runs-on: macos-27
    steps: [{ run: pnpm build }]`,
  ],
  check: file =>
    file.jobs.flatMap(job => {
      const runsOn = valueAt(job.value, 'runs-on')
      const labels = runsOn?.kind === 'map' ? [] : itemsOf(runsOn)
      if (runsOn === undefined || labels.length !== 1) return []
      const [expression] = file.expressionsIn(labels[0])
      const [context, key, ...rest] = referenceOf(expression?.tree) ?? []
      const values =
        context === 'matrix' && key && rest.length === 0 ? (matrixValues(job, key) ?? []) : [textOf(labels[0])]
      const wrong = values.find(isNearMiss)
      if (wrong === undefined) return []
      return [
        { at: runsOn, message: `expected a label of a hosted runner, got "${wrong}"${didYouMean(wrong, labelsNow)}` },
      ]
    }),
})

/** https://docs.github.com/en/actions/reference/runners/github-hosted-runners */
const labelsNow =
  'ubuntu-latest ubuntu-slim ubuntu-22.04 ubuntu-24.04 ubuntu-26.04 ubuntu-22.04-arm ubuntu-24.04-arm windows-latest windows-2022 windows-2025 windows-11-arm macos-latest macos-latest-large macos-latest-xlarge macos-14 macos-15 macos-26 macos-14-large macos-14-xlarge macos-15-large macos-15-xlarge macos-15-intel macos-26-xlarge'.split(
    ' ',
  )

/** Labels of one's own may be anything, and new versions come: wrong for certain is what looks like one and has another shape. */
function isNearMiss(label: string): boolean {
  const text = label.toLowerCase()
  if (labelsNow.includes(text) || text.includes('${{')) return false
  if (/^(ubuntu|windows|macos)-la[a-z]+$/.test(text)) return !/^\w+-latest$/.test(text)
  if (/^ubuntu-\d+\.\d$/.test(text)) return true
  return /^(ubunt|ubutnu|ubuntuu|unbuntu|ubunut|windwos|window|macso|mac-os|macosx?)-(latest|\d[\d.]*)$/.test(text)
    ? !text.startsWith('macos-')
    : false
}
