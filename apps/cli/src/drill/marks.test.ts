import { expect, it } from 'vitest'
import { judgeDrill } from './marks.ts'

const start = 1_000_000
const whole = {
  live: start,
  firstBad: start + 400,
  incident: start + 2_000,
  paged: start + 2_500,
  verdict: start + 4_000,
  rolledBack: start + 4_300,
  servingAgain: start + 4_400,
}

it('passes when every link of the chain happened in time', () => {
  const result = judgeDrill(whole, { hasChannels: true })
  expect(result).toMatchObject({ passed: true, faults: [], targets: { verdict: 15_000, servingAgain: 30_000 } })
  expect(result.durationsMs).toEqual({
    live: 0,
    firstBad: 400,
    incident: 2_000,
    paged: 2_500,
    verdict: 4_000,
    rolledBack: 4_300,
    servingAgain: 4_400,
  })
})

it('counts from the first bad response when that came before the record of the deployment', () => {
  const { durationsMs } = judgeDrill({ ...whole, firstBad: start - 200 }, { hasChannels: true })
  expect(durationsMs).toMatchObject({ firstBad: 0, live: 200, verdict: 4_200 })
})

it('fails when a link is missing, and names it', () => {
  const { rolledBack: _, ...marks } = whole
  expect(judgeDrill(marks, { hasChannels: true })).toMatchObject({
    passed: false,
    faults: ['former release back: did not happen in time'],
  })
})

it('expects a page only where there is a channel', () => {
  const { paged: _, ...marks } = whole
  expect(judgeDrill(marks, { hasChannels: true }).faults).toEqual(['page delivered: did not happen in time'])
  expect(judgeDrill(marks, { hasChannels: false })).toMatchObject({ passed: true, hasChannels: false })
})

it('fails when a target is missed', () => {
  const { faults } = judgeDrill({ ...whole, verdict: start + 15_000 }, { hasChannels: true })
  expect(faults).toEqual(['verdict "worse": 15000 ms, expected under 15000 ms'])
})
