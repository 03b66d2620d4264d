import { expect, test } from 'vitest'
import { whyWaits } from './why-waits.ts'

test('a job that waits says which label nobody offers, and how to add a runner that does', () => {
  expect(whyWaits({ labels: ['macos-latest'], missing: ['macos-latest'], isUnfit: true })).toBe(
    'No runner that lives has the label macos-latest. Start a runner with it (gantry runners add NAME --labels macos-latest), or change runs-on.',
  )
  expect(whyWaits({ labels: ['self-hosted', 'gpu'], missing: ['gpu'], isUnfit: true })).toContain(
    'has the label gpu. Start a runner with all of them (gantry runners add NAME --labels self-hosted,gpu)',
  )
})

test('labels that are offered, but not by one runner, and runners that are busy are told apart', () => {
  expect(whyWaits({ labels: ['a', 'b'], missing: [], isUnfit: true })).toContain('all of the labels a, b together')
  expect(whyWaits({ labels: ['a'], missing: [], isUnfit: false })).toBe(
    'It waits for a runner with the label a to have room.',
  )
  expect(whyWaits({ labels: [], missing: [], isUnfit: true })).toBe(
    'No runner lives. Start one: gantry runners add NAME.',
  )
})
